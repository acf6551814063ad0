//! Certificates of a cluster whose web servers speak TLS: one for this machine, which is its own authority.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use super::configuration::xml;

const PASSWORD: &str = "changeit";
const ALIAS: &str = "cluster";

/// Writes keys, `ssl-server.xml` and `ssl-client.xml` to `dir/conf`, and the certificate as `dir/ca.pem`.
pub(super) fn write(dir: &Path, java_home: &Path) -> io::Result<()> {
    let conf = dir.join("conf");
    let [keys, trusted, pem] = [
        conf.join("keys.p12"),
        conf.join("trusted.p12"),
        dir.join("ca.pem"),
    ];
    let keytool = |command: &str, store: &Path, more: &[&str]| {
        let output = Command::new(java_home.join("bin/keytool"))
            .args([
                command,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                ALIAS,
            ])
            .arg("-keystore")
            .arg(store)
            .args(more)
            .stdin(Stdio::null())
            .output()?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(io::Error::other(
                String::from_utf8_lossy(&output.stdout).into_owned(),
            )),
        }
    };
    let names = [
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost",
    ];
    let key = ["-keyalg", "RSA", "-keysize", "2048", "-validity", "365"];
    keytool("-genkeypair", &keys, &[names.as_slice(), &key].concat())?;
    fs::write(&pem, keytool("-exportcert", &keys, &["-rfc"])?)?;
    let file = pem.display().to_string();
    keytool("-importcert", &trusted, &["-noprompt", "-file", &file])?;
    let store = |path: &Path| path.display().to_string();
    let server = vec![
        ("ssl.server.keystore.location", store(&keys)),
        ("ssl.server.keystore.type", "pkcs12".into()),
        ("ssl.server.keystore.password", PASSWORD.into()),
        ("ssl.server.keystore.keypassword", PASSWORD.into()),
        ("ssl.server.truststore.location", store(&trusted)),
        ("ssl.server.truststore.type", "pkcs12".into()),
        ("ssl.server.truststore.password", PASSWORD.into()),
    ];
    let client = vec![
        ("ssl.client.truststore.location", store(&trusted)),
        ("ssl.client.truststore.type", "pkcs12".into()),
        ("ssl.client.truststore.password", PASSWORD.into()),
    ];
    fs::write(conf.join("ssl-server.xml"), xml(server))?;
    fs::write(conf.join("ssl-client.xml"), xml(client))
}
