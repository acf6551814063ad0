//! The command `hadoop` of the cluster, which knows what the real one does of what is used here.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::java;

const SCRIPT: &str = r#"#!/bin/sh
# hadoop COMMAND ARGUMENTS...: a client of the cluster in the folder above.
here=@DIR@
export HADOOP_CONF_DIR="${HADOOP_CONF_DIR:-$here/conf}"
command=$1
[ $# -gt 0 ] && shift
package=org.apache.hadoop
case $command in
  fs) class=$package.fs.FsShell ;;
  jar) class=$package.util.RunJar ;;
  version) class=$package.util.VersionInfo ;;
  classpath) echo "$HADOOP_CONF_DIR:$here/lib/*:$here/lib-s3a/*"; exit ;;
  dfsadmin) class=$package.hdfs.tools.DFSAdmin ;;
  *.*) class=$command ;;
  *) echo "hadoop: unknown command: $command" >&2; exit 1 ;;
esac
exec @JAVA@/bin/java @OPTIONS@ -Xmx512m $HADOOP_OPTS $HADOOP_CLIENT_OPTS -Dhadoop.home.dir="$here" \
  -Dhadoop.log.dir="$here/logs" -Dhadoop.root.logger="${HADOOP_ROOT_LOGGER:-INFO,console}" \
  -cp "$HADOOP_CONF_DIR:$here/lib/*:$here/lib-s3a/*${HADOOP_CLASSPATH:+:$HADOOP_CLASSPATH}" $class "$@"
"#;

/// Writes `dir/bin/hadoop`.
pub(super) fn write(dir: &Path, java_home: &Path) -> io::Result<()> {
    let text = SCRIPT
        .replace("@DIR@", &quoted(dir))
        .replace("@JAVA@", &quoted(java_home))
        .replace("@OPTIONS@", &java::options());
    let path = dir.join("bin/hadoop");
    fs::create_dir_all(dir.join("bin"))?;
    fs::write(&path, text)?;
    fs::set_permissions(&path, Permissions::from_mode(0o755))
}

/// A path as a word of the shell.
pub(super) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
