//! TLS, and logins that are a secret.

use crate::authority::Authority;
use crate::cluster::{Ended, end};
use crate::fake::Fake;
use crate::services::{Fate, Services};

const WORD_FREQ: &str = env!("CARGO_BIN_EXE_word_freq");

/// A cluster whose certificate is for `name` until that year, and its authority's file `ca.pem`.
fn with(name: &str, until: i32) -> (Fake, Services) {
    let fake = Fake::new();
    let authority = Authority::new();
    fake.write("ca.pem", &authority.pem);
    let tls = Some(authority.server(name, until));
    let services = Services::with(&fake, tls, Box::new(|_, _| Fate::Answered));
    services.configure(&fake);
    (fake, services)
}

fn job(fake: &Fake, arguments: &[&str]) -> Ended {
    let mut command = fake.program(WORD_FREQ);
    command
        .env_remove("SSL_CERT_FILE")
        .args(["--shuffle=text", "-v", "in.txt"])
        .args(arguments);
    end(command.spawn().unwrap())
}

fn check(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "a line\n");
    let way = "files of hdfs://fake by WebHDFS at https://127.0.0.1:";
    assert!(ended.stderr.contains(way), "{}", ended.stderr);
}

#[test]
fn an_authority_of_the_users() {
    let (fake, services) = with("127.0.0.1", 2999);
    let ended = job(&fake, &["--hadoop-ca-file=ca.pem"]);
    check(&ended);
    assert!(!ended.stderr.contains("certificate"), "{}", ended.stderr);
    // YARN was asked in this way, too.
    let asked = services.asked();
    let is_yarns = |head: &String| head.starts_with("GET /ws/v1/cluster/");
    assert!(asked.iter().any(is_yarns), "{asked:?}");

    // The system's authorities are those of this variable.
    let mut command = fake.program(WORD_FREQ);
    let ca = fake.path("here/ca.pem");
    command
        .env("SSL_CERT_FILE", ca)
        .args(["--shuffle=text", "-v", "in.txt"]);
    check(&end(command.spawn().unwrap()));
}

#[test]
fn certificates_that_are_not_trusted() {
    for (name, until, option, what) in [
        (
            "127.0.0.1",
            2999,
            None,
            "has a certificate of an authority that isn't trusted",
        ),
        (
            "127.0.0.1",
            2002,
            Some("--hadoop-ca-file=ca.pem"),
            "has a certificate that has expired",
        ),
        (
            "node.example",
            2999,
            Some("--hadoop-ca-file=ca.pem"),
            "has a certificate for other names: ",
        ),
    ] {
        let (fake, services) = with(name, until);
        let said = format!("the NameNode {} {what}", services.address);
        let options: Vec<&str> = option.into_iter().collect();
        // `hadoop fs` may trust it.
        let ended = job(&fake, &options);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let warned = format!("warning: files go by `hadoop fs`, which is slow: {said}");
        assert!(ended.stderr.contains(&warned), "{}", ended.stderr);
        let hint = "hint: `--hadoop-ca-file FILE` (`hadoop_ca_file`) names the certificates";
        assert!(ended.stderr.contains(hint), "{}", ended.stderr);

        let url = format!("--hdfs-url=https://{}", services.address);
        let ended = job(&fake, &[options.as_slice(), &[&url]].concat());
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        let said = format!(
            "error: failed to reach HDFS: the HDFS gateway {} {what}",
            services.address
        );
        assert!(ended.stderr.contains(&said), "{}", ended.stderr);
        assert!(ended.stderr.contains(hint), "{}", ended.stderr);
    }
}

#[test]
fn a_password_goes_to_the_gateway_alone() {
    let (fake, services) = with("127.0.0.1", 2999);
    let url = format!("--hdfs-url=https://ann:se%40cret@{}", services.address);
    let options = [&*url, "--hadoop-ca-file=ca.pem"];
    let ended = job(&fake, &options);
    check(&ended);
    assert!(!ended.stderr.contains("cret"), "{}", ended.stderr);
    let asked = services.asked();
    let files: Vec<&String> = asked
        .iter()
        .filter(|head| head.contains(" /webhdfs/"))
        .collect();
    // `ann:se@cret`
    let header = "authorization: Basic YW5uOnNlQGNyZXQ=";
    assert!(files.iter().all(|head| head.contains(header)), "{asked:?}");
    assert!(
        asked.iter().any(|head| !head.contains("uthorization")),
        "{asked:?}"
    );

    let ended = job(&fake, &[&*url, "--hadoop-ca-file=ca.pem", "--dry-run"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let printed = ended.stdout + &ended.stderr;
    assert!(!printed.contains("cret"), "{printed}");

    let plain = format!("--hdfs-url=http://ann:se%40cret@{}", services.address);
    let ended = job(&fake, &[&plain]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let said = format!("a password would go to {} without TLS", services.address);
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
    assert!(!ended.stderr.contains("cret"), "{}", ended.stderr);

    let ended = job(&fake, &["--hdfs-url=ann:secret@node"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let said = "`--hdfs-url` isn't the address of a web service";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert!(!ended.stderr.contains("secret"), "{}", ended.stderr);
}

#[test]
fn a_delegation_token_is_sent_and_not_shown() {
    let fake = Fake::new();
    let services = Services::new(&fake, Box::new(|_, _| Fate::Answered));
    services.configure(&fake);
    fake.configure(
        "core-site.xml",
        &[("hadoop.security.authentication", "kerberos")],
    );
    let mut command = fake.program(WORD_FREQ);
    command
        .env("MRJOB_HDFS_TOKEN", "dG9rZW4")
        .args(["--shuffle=text", "-v", "in.txt"]);
    let ended = end(command.spawn().unwrap());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "a line\n");
    assert!(!ended.stderr.contains("dG9rZW4"), "{}", ended.stderr);
    let asked = services.asked();
    let mut files = asked.iter().filter(|head| head.contains(" /webhdfs/"));
    let is_sent =
        |head: &String| head.contains("&delegation=dG9rZW4") && !head.contains("user.name");
    assert!(files.all(is_sent), "{asked:?}");
}
