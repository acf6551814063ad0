//! The configuration of the cluster: everything on loopback, small, and quick to notice what is gone.

use std::fs;
use std::io;
use std::path::Path;

use super::java::QUICK;
use super::ports::Ports;

const LOG4J: &str = "\
hadoop.root.logger=INFO,console
log4j.rootLogger=${hadoop.root.logger}
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{2}: %m%n
log4j.logger.org.apache.hadoop.util.NativeCodeLoader=ERROR
";

pub(super) type Properties = Vec<(&'static str, String)>;

/// How the daemons' web servers are spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(super) fn name(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    /// The properties of an address of the web server: with TLS it has a name of its own.
    fn of(self, http: &'static str, https: &'static str) -> &'static str {
        match self {
            Scheme::Http => http,
            Scheme::Https => https,
        }
    }

    fn policy(self) -> String {
        self.of("HTTP_ONLY", "HTTPS_ONLY").to_owned()
    }
}

/// Writes the files of the cluster in `dir` to `dir/conf`.
pub(super) fn write(dir: &Path, user: &str, ports: Ports, scheme: Scheme) -> io::Result<()> {
    let conf = dir.join("conf");
    // Hadoop looks for them on its class path, where its archives don't have them.
    for folder in ["hdfs", "datanode", "static"] {
        fs::create_dir_all(conf.join("webapps").join(folder))?;
    }
    fs::write(conf.join("log4j.properties"), LOG4J)?;
    fs::write(conf.join("core-site.xml"), xml(core(dir, user, ports)))?;
    fs::write(conf.join("hdfs-site.xml"), xml(hdfs(dir, ports, scheme)))?;
    fs::write(conf.join("yarn-site.xml"), xml(yarn(dir, ports, scheme)))?;
    fs::write(
        conf.join("mapred-site.xml"),
        xml(mapred(dir, ports, scheme)),
    )
}

fn core(dir: &Path, user: &str, ports: Ports) -> Properties {
    vec![
        ("fs.defaultFS", format!("hdfs://{}", at(ports.name_node))),
        ("hadoop.tmp.dir", dir.join("tmp").display().to_string()),
        ("hadoop.http.staticuser.user", user.to_owned()),
    ]
}

fn hdfs(dir: &Path, ports: Ports, scheme: Scheme) -> Properties {
    let file = |name| format!("file://{}", dir.join(name).display());
    vec![
        ("dfs.replication", "1".into()),
        ("dfs.namenode.name.dir", file("name")),
        ("dfs.datanode.data.dir", file("data")),
        ("dfs.http.policy", scheme.policy()),
        (
            scheme.of("dfs.namenode.http-address", "dfs.namenode.https-address"),
            at(ports.name_node_web),
        ),
        ("dfs.datanode.address", at(0)),
        (
            scheme.of("dfs.datanode.http.address", "dfs.datanode.https.address"),
            at(0),
        ),
        ("dfs.datanode.ipc.address", at(0)),
        ("dfs.datanode.hostname", "127.0.0.1".into()),
        (
            "dfs.namenode.datanode.registration.ip-hostname-check",
            "false".into(),
        ),
        ("dfs.namenode.safemode.extension", "0".into()),
        ("dfs.namenode.fs-limits.min-block-size", "65536".into()),
        ("dfs.heartbeat.interval", "1".into()),
        // How long the end of a file waits for the name node to know of its last block, where that is needed.
        (
            "dfs.client.block.write.locateFollowingBlock.initial.delay.ms",
            "20".into(),
        ),
        ("dfs.namenode.heartbeat.recheck-interval", "2000".into()),
    ]
}

fn yarn(dir: &Path, ports: Ports, scheme: Scheme) -> Properties {
    vec![
        ("yarn.resourcemanager.hostname", "127.0.0.1".into()),
        ("yarn.resourcemanager.address", at(ports.resources)),
        (
            "yarn.resourcemanager.scheduler.address",
            at(ports.resources_scheduler),
        ),
        (
            "yarn.resourcemanager.resource-tracker.address",
            at(ports.resources_tracker),
        ),
        (
            "yarn.resourcemanager.admin.address",
            at(ports.resources_admin),
        ),
        ("yarn.http.policy", scheme.policy()),
        (
            scheme.of(
                "yarn.resourcemanager.webapp.address",
                "yarn.resourcemanager.webapp.https.address",
            ),
            at(ports.resources_web),
        ),
        (
            "yarn.resourcemanager.scheduler.class",
            "org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler".into(),
        ),
        (
            "yarn.resourcemanager.nodemanagers.heartbeat-interval-ms",
            "100".into(),
        ),
        ("yarn.nm.liveness-monitor.expiry-interval-ms", "8000".into()),
        (
            // On a busy machine a master takes long to start.
            "yarn.am.liveness-monitor.expiry-interval-ms",
            "90000".into(),
        ),
        // Else a master waits three minutes for a machine that is lost.
        ("yarn.client.nodemanager-connect.max-wait-ms", "5000".into()),
        (
            "yarn.client.nodemanager-connect.retry-interval-ms",
            "1000".into(),
        ),
        ("yarn.nodemanager.hostname", "127.0.0.1".into()),
        ("yarn.nodemanager.address", at(0)),
        ("yarn.nodemanager.localizer.address", at(0)),
        (
            scheme.of(
                "yarn.nodemanager.webapp.address",
                "yarn.nodemanager.webapp.https.address",
            ),
            at(0),
        ),
        ("yarn.nodemanager.aux-services", "mapreduce_shuffle".into()),
        ("yarn.nodemanager.resource.memory-mb", "3072".into()),
        ("yarn.nodemanager.resource.cpu-vcores", "4".into()),
        ("yarn.scheduler.minimum-allocation-mb", "256".into()),
        ("yarn.nodemanager.vmem-check-enabled", "false".into()),
        // A disk that is fuller makes a node unhealthy, and jobs wait for ever.
        (
            "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage",
            "99.5".into(),
        ),
        ("yarn.application.classpath", class_path(dir)),
        ("yarn.log-aggregation-enable", "true".into()),
        (
            "yarn.log.server.url",
            format!(
                "{}://{}/jobhistory/logs",
                scheme.name(),
                at(ports.history_web)
            ),
        ),
    ]
}

fn mapred(dir: &Path, ports: Ports, scheme: Scheme) -> Properties {
    let java = |heap| format!("-Xmx{heap} {QUICK} --add-opens=java.base/java.lang=ALL-UNNAMED");
    vec![
        ("mapreduce.framework.name", "yarn".into()),
        (
            "mapreduce.application.classpath",
            format!("{},{}/lib-s3a/*", class_path(dir), dir.display()),
        ),
        ("mapreduce.jobhistory.address", at(ports.history)),
        ("mapreduce.jobhistory.http.policy", scheme.policy()),
        (
            scheme.of(
                "mapreduce.jobhistory.webapp.address",
                "mapreduce.jobhistory.webapp.https.address",
            ),
            at(ports.history_web),
        ),
        (
            "mapreduce.jobhistory.admin.address",
            at(ports.history_admin),
        ),
        ("mapreduce.shuffle.port", "0".into()),
        ("yarn.app.mapreduce.am.staging-dir", "/tmp/staging".into()),
        (
            "mapreduce.client.progressmonitor.pollinterval",
            "100".into(),
        ),
        ("mapreduce.client.completion.pollinterval", "100".into()),
        ("yarn.app.mapreduce.am.resource.mb", "512".into()),
        ("yarn.app.mapreduce.am.command-opts", java("384m")),
        (
            "yarn.app.mapreduce.am.scheduler.heartbeat.interval-ms",
            "100".into(),
        ),
        ("mapreduce.map.memory.mb", "512".into()),
        ("mapreduce.reduce.memory.mb", "512".into()),
        ("mapreduce.map.java.opts", java("256m")),
        ("mapreduce.reduce.java.opts", java("256m")),
        ("mapreduce.task.io.sort.mb", "64".into()),
        ("mapreduce.map.speculative", "false".into()),
        ("mapreduce.reduce.speculative", "false".into()),
        ("mapreduce.task.timeout.check-interval-ms", "1000".into()),
    ]
}

fn at(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn class_path(dir: &Path) -> String {
    let dir = dir.display();
    format!("{dir}/conf,{dir}/lib/*")
}

pub(super) fn xml(properties: Properties) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let lines = properties.iter().map(|(name, value)| {
        let value = escape(value);
        format!("  <property><name>{name}</name><value>{value}</value></property>\n")
    });
    format!(
        "<?xml version=\"1.0\"?>\n<configuration>\n{}</configuration>\n",
        lines.collect::<String>()
    )
}
