//! The web servers of the name nodes of the default file system.

use super::super::site::Site;

/// The port of a name node's web server.
const PORT: &str = "9870";

/// Their addresses, `host:port`: several where the file system has several name nodes. Or why its web service isn't used.
pub(super) fn web_addresses(site: &Site, default: &str) -> Result<Vec<String>, String> {
    let Some(authority) = default.strip_prefix("hdfs://") else {
        return Err(format!("`{default}` isn't HDFS"));
    };
    if site
        .get("hadoop.security.authentication")
        .is_some_and(|kind| kind != "simple")
    {
        return Err("the cluster is secured".to_owned());
    }
    if site
        .get("dfs.http.policy")
        .is_some_and(|policy| policy == "HTTPS_ONLY")
    {
        return Err("its web service wants TLS".to_owned());
    }
    if site
        .get("dfs.webhdfs.enabled")
        .is_some_and(|enabled| enabled == "false")
    {
        return Err("its web service is switched off".to_owned());
    }
    let host = authority.split(':').next().unwrap_or(authority);
    if let Some(nodes) = site.get(&format!("dfs.ha.namenodes.{authority}")) {
        let address = |node: &str| {
            let web = site.get(&format!("dfs.namenode.http-address.{authority}.{node}"));
            web.or_else(|| {
                let rpc = site.get(&format!("dfs.namenode.rpc-address.{authority}.{node}"))?;
                Some(format!("{}:{PORT}", rpc.split(':').next()?))
            })
        };
        return Ok(nodes
            .split(',')
            .map(str::trim)
            .filter_map(address)
            .collect());
    }
    let address = site.get("dfs.namenode.http-address");
    let address = address.unwrap_or_else(|| format!("0.0.0.0:{PORT}"));
    Ok(vec![address.replace("0.0.0.0", host)])
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
        web_addresses(&site, default)
    }

    #[test]
    fn one_or_several_name_nodes() {
        assert_eq!(addresses(&[], "hdfs://a:8020").unwrap(), ["a:9870"]);
        let bound = [("dfs.namenode.http-address", "0.0.0.0:50070")];
        assert_eq!(addresses(&bound, "hdfs://a").unwrap(), ["a:50070"]);
        let several = [
            ("dfs.ha.namenodes.ns", "one, two"),
            ("dfs.namenode.http-address.ns.one", "a:1"),
            ("dfs.namenode.rpc-address.ns.two", "b:8020"),
        ];
        assert_eq!(addresses(&several, "hdfs://ns").unwrap(), ["a:1", "b:9870"]);
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
        assert!(addresses(&[("dfs.http.policy", "HTTPS_ONLY")], "hdfs://a").is_err());
    }
}
