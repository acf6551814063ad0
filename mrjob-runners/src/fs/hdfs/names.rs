//! The web servers of the name nodes of the default file system.

use super::site::Site;
use super::web::Service;
use crate::web::{Credentials, Role, ServiceUrl};

/// The ports of a NameNode's web server, without and with TLS, and of its own protocol.
const PORT: u16 = 9870;
const TLS_PORT: u16 = 9871;
const RPC_PORT: u16 = 8020;

/// Where WebHDFS is below a server's address.
const WEB_HDFS: &str = "/webhdfs/v1";

/// A file system's web service, and the addresses by which Hadoop's own programs reach its NameNodes.
#[derive(Debug)]
pub(super) struct NameNodes {
    pub(super) service: Service,
    pub(super) rpc: Vec<String>,
}

/// The web service that the user has named.
pub(super) fn named(url: &ServiceUrl, credentials: Option<Credentials>) -> NameNodes {
    let has_path = url.url.splitn(4, '/').nth(3).is_some();
    let tail = if has_path { "" } else { WEB_HDFS };
    NameNodes {
        service: Service {
            urls: vec![format!("{}{tail}", url.url)],
            role: Role::Gateway,
            credentials: url.credentials.clone().or(credentials),
        },
        rpc: Vec::new(),
    }
}

/// The web service of the file system `default`: several addresses where it has several NameNodes. Or why that isn't used.
pub(super) fn configured(
    site: &Site,
    default: &str,
    credentials: Option<Credentials>,
) -> Result<NameNodes, String> {
    let is = |name: &str, value: &str| site.get(name).is_some_and(|set| set == value);
    let (scheme, authority) = default.split_once("://").unwrap_or(("", default));
    let (is_secure, is_web) = match scheme {
        "hdfs" => (is("dfs.http.policy", "HTTPS_ONLY"), false),
        "webhdfs" => (false, true),
        "swebhdfs" => (true, true),
        _ => return Err(format!("`{default}` isn't HDFS")),
    };
    let is_open = site
        .get("hadoop.security.authentication")
        .is_none_or(|kind| kind == "simple");
    if !is_open && credentials.is_none() {
        return Err("the cluster is secured".to_owned());
    }
    if is_secure && !cfg!(feature = "tls") {
        return Err(
            "its web service wants TLS, which this program was built without (mrjob's feature `tls`)".to_owned(),
        );
    }
    if is("dfs.webhdfs.enabled", "false") {
        return Err("its web service is switched off".to_owned());
    }
    let (name, port) = match is_secure {
        true => ("dfs.namenode.https-address", TLS_PORT),
        false => ("dfs.namenode.http-address", PORT),
    };
    let host = |address: &str| address.split(':').next().unwrap_or_default().to_owned();
    let (mut servers, mut rpc) = (Vec::new(), Vec::new());
    if let Some(nodes) = site.get(&format!("dfs.ha.namenodes.{authority}")) {
        for node in nodes.split(',').map(str::trim) {
            let own = site.get(&format!("dfs.namenode.rpc-address.{authority}.{node}"));
            let web = site.get(&format!("{name}.{authority}.{node}"));
            let web = web.or_else(|| Some(format!("{}:{port}", host(own.as_ref()?))));
            servers.extend(web);
            rpc.extend(own);
        }
    } else if is_web {
        servers.push(authority.to_owned());
    } else {
        let address = site.get(name);
        let address = address.unwrap_or_else(|| format!("0.0.0.0:{port}"));
        servers.push(address.replace("0.0.0.0", &host(authority)));
        rpc.push(match authority.contains(':') {
            true => authority.to_owned(),
            false => format!("{authority}:{RPC_PORT}"),
        });
    }
    let scheme = if is_secure { "https" } else { "http" };
    let urls = servers
        .iter()
        .map(|server| format!("{scheme}://{server}{WEB_HDFS}"));
    Ok(NameNodes {
        service: Service {
            urls: urls.collect(),
            role: Role::NameNode,
            credentials,
        },
        rpc,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(pairs: &[(&str, &str)], default: &str) -> Result<Vec<String>, String> {
        let mut site = Site::default();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        site.set(pairs.iter());
        configured(&site, default, None).map(|found| found.service.urls)
    }

    #[test]
    fn one_or_several_name_nodes() {
        let url = "http://a:9870/webhdfs/v1";
        assert_eq!(addresses(&[], "hdfs://a:8020").unwrap(), [url]);
        let bound = [("dfs.namenode.http-address", "0.0.0.0:50070")];
        let url = "http://a:50070/webhdfs/v1";
        assert_eq!(addresses(&bound, "hdfs://a").unwrap(), [url]);
        let several = [
            ("dfs.ha.namenodes.ns", "one, two"),
            ("dfs.namenode.http-address.ns.one", "a:1"),
            ("dfs.namenode.rpc-address.ns.two", "b:8020"),
        ];
        assert_eq!(
            addresses(&several, "hdfs://ns").unwrap(),
            ["http://a:1/webhdfs/v1", "http://b:9870/webhdfs/v1"]
        );
    }

    #[test]
    #[cfg(feature = "tls")]
    fn with_tls() {
        let policy = ("dfs.http.policy", "HTTPS_ONLY");
        let url = "https://a:9871/webhdfs/v1";
        assert_eq!(addresses(&[policy], "hdfs://a").unwrap(), [url]);
        let bound = ("dfs.namenode.https-address", "0.0.0.0:50470");
        let url = "https://a:50470/webhdfs/v1";
        assert_eq!(addresses(&[policy, bound], "hdfs://a:1").unwrap(), [url]);
        let several = [
            policy,
            ("dfs.ha.namenodes.ns", "one,two"),
            ("dfs.namenode.https-address.ns.one", "a:1"),
            ("dfs.namenode.rpc-address.ns.two", "b:8020"),
        ];
        assert_eq!(
            addresses(&several, "hdfs://ns").unwrap(),
            ["https://a:1/webhdfs/v1", "https://b:9871/webhdfs/v1"]
        );
        let url = "https://a:5/webhdfs/v1";
        assert_eq!(addresses(&[], "swebhdfs://a:5").unwrap(), [url]);
    }

    #[test]
    fn what_it_is_not_for() {
        assert!(addresses(&[], "s3a://bucket").is_err());
        assert!(
            addresses(
                &[("hadoop.security.authentication", "kerberos")],
                "hdfs://a"
            )
            .is_err()
        );
    }

    #[test]
    fn addresses_that_are_named() {
        let url = |text: &str| {
            named(&ServiceUrl::parse(text).unwrap(), None)
                .service
                .urls
                .remove(0)
        };
        assert_eq!(url("http://a:14000"), "http://a:14000/webhdfs/v1");
        assert_eq!(
            url("https://k/gateway/x/webhdfs/v1/"),
            "https://k/gateway/x/webhdfs/v1"
        );
    }
}
