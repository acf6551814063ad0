//! What the runner does with files of the cluster.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::error::HdfsError;
use super::location::Location;
use super::names;
use super::names::NameNodes;
use super::read::WebAccess;
use super::shell::Shell;
use super::site::Site;
use super::web::{Range, WebHdfs};
use crate::fs::stoppable::Stoppable;
use crate::stop::Stop;
use crate::web::{Client, Credentials, Patience, Role, ServiceUrl, reach, server_of};

/// Files that are copied at the same time: a data node may let one wait for half a second until the name node knows of it.
const AT_ONCE: usize = 8;
/// How long a DataNode is asked again before `hadoop fs` is, where there is one.
const DATA_PATIENCE: Duration = Duration::from_secs(15);

/// What is said of a file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    /// Its name in its folder.
    pub(crate) name: String,
    pub(crate) is_folder: bool,
    pub(crate) bytes: u64,
    /// When it was last written, in milliseconds from 1970, where that is asked for.
    pub(crate) modified: u64,
    /// The number that HDFS has for it, whatever its name; 0 where that isn't known.
    pub(super) id: u64,
}

/// How the web service is reached.
pub(crate) struct Way<'a> {
    pub(crate) client: Client,
    /// The user's file with authorities to trust.
    pub(crate) authorities: Option<PathBuf>,
    /// The address that the user names in place of the configuration's.
    pub(crate) url: Option<ServiceUrl>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) patience: Patience<'a>,
}

/// The file systems of the cluster, of which one is the default.
#[derive(Debug)]
pub(crate) struct FileSystems<'a> {
    /// `hdfs://node:8020`.
    default: String,
    /// Other names for it: `swebhdfs://node:9871`.
    aliases: Vec<String>,
    /// The default one, where its web service can be used.
    web: Option<WebHdfs<'a>>,
    patience: Patience<'a>,
    /// How tasks get there, as text.
    access: Option<String>,
    /// In a sentence: by which way.
    way: String,
    shell: Shell,
    home: String,
}

impl<'a> FileSystems<'a> {
    /// Finds out how files can be reached.
    ///
    /// # Errors
    ///
    /// When no NameNode answers, by whatever way.
    pub(crate) fn connect(
        site: &Site,
        default: String,
        command: Vec<String>,
        user: &str,
        way: Way<'a>,
    ) -> Result<Self, HdfsError> {
        let found = match &way.url {
            Some(url) => Ok(names::named(url, way.credentials.clone())),
            None => names::configured(site, &default, way.credentials.clone()),
        };
        let mut files = FileSystems {
            aliases: Vec::new(),
            web: None,
            patience: way.patience,
            access: None,
            way: String::new(),
            shell: Shell::new(command),
            home: format!("/user/{user}"),
            default,
        };
        let why = match found {
            Err(why) => why,
            Ok(found) => match files.connect_by_web(found, user, way)? {
                None => return Ok(files),
                Some(why) => why,
            },
        };
        files.way = format!("files of {} by `hadoop fs`: {why}", files.default);
        Ok(files)
    }

    /// Connects to the web service; why not, where `hadoop fs` may still get there.
    fn connect_by_web(
        &mut self,
        NameNodes { service, rpc }: NameNodes,
        user: &str,
        way: Way<'a>,
    ) -> Result<Option<String>, HdfsError> {
        let plain = service.urls.iter().find(|url| url.starts_with("http://"));
        if let (Some(url), Some(Credentials::Basic(_))) = (plain, &service.credentials) {
            let server = server_of(url).to_owned();
            return Err(HdfsError::InClear { server });
        }
        let has_other_way = way.url.is_none();
        let connect = |patience| WebHdfs::new(way.client.clone(), service.clone(), user, patience);
        let once = connect(Patience::none()).home();
        let listens = || {
            rpc.iter()
                .any(|server| reach(Role::NameNode, server).is_ok())
        };
        let home = match once {
            Err(error) if has_other_way && error.is_of_tls() => {
                way.patience
                    .warn(format!("files go by `hadoop fs`, which is slow: {}", error));
                Err(error)
            }
            // The NameNode is up, and its web service isn't for us.
            Err(error) if has_other_way && error.is_no_connection() && listens() => Err(error),
            Err(error) if error.is_passing() => connect(way.patience).home(),
            once => once,
        };
        let home = match home {
            Ok(home) => home,
            Err(error)
                if has_other_way && (!error.is_of_the_way() || !error.is_waited() || listens()) =>
            {
                return Ok(Some(error.plain()));
            }
            Err(error) => return Err(error),
        };
        self.way = format!(
            "files of {} by WebHDFS at {}",
            self.default,
            service.urls.join(", ")
        );
        self.home = home;
        let servers = service.urls.iter().map(|url| server_of(url));
        self.aliases = servers
            .flat_map(|server| ["webhdfs", "swebhdfs"].map(|scheme| format!("{scheme}://{server}")))
            .collect();
        if service.credentials.is_none() {
            let access = WebAccess {
                servers: service.urls.clone(),
                user: user.to_owned(),
                authorities: way.authorities.clone(),
            };
            self.access = serde_json::to_string(&access).ok();
        } else {
            self.way += ", for tasks by Hadoop: they aren't told the password or token";
        }
        self.web = Some(connect(way.patience));
        Ok(None)
    }

    /// In a sentence: by which way files are reached.
    pub(crate) fn way(&self) -> &str {
        &self.way
    }

    /// How tasks get at files by themselves, if they can.
    pub(crate) fn access(&self) -> Option<&str> {
        self.access.as_deref()
    }

    /// The user's own folder.
    pub(crate) fn home(&self) -> &str {
        &self.home
    }

    /// What a person means by `text`.
    pub(crate) fn locate(&self, text: &str) -> Location {
        Location::of(text, &self.default, &self.home)
    }

    /// Its address as Hadoop itself writes it: the default file system's name is in it.
    pub(crate) fn address(&self, at: &Location) -> String {
        match self.path(at) {
            Some(path) => format!("{}{path}", self.default),
            None => at.to_string(),
        }
    }

    /// What is there, if anything is.
    pub(crate) fn status(&self, at: &Location) -> Result<Option<Status>, HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.status(path),
            None => self.shell.status(at),
        }
    }

    /// What is in a folder.
    pub(crate) fn list(&self, at: &Location) -> Result<Vec<Status>, HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.list(path),
            None => self.shell.list(at),
        }
    }

    /// Bytes of all files at and below it.
    pub(crate) fn size(&self, at: &Location) -> Result<u64, HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.size(path),
            None => self.shell.size(at),
        }
    }

    /// Makes a folder, and those that it is in.
    pub(crate) fn make_folders(&self, at: &Location) -> Result<(), HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.make_folders(path),
            None => self.shell.make_folders(at),
        }
    }

    /// Copies a file of this machine, unless the run is to `stop`.
    pub(crate) fn put(&self, from: &Path, to: &Location, stop: &Stop) -> Result<(), HdfsError> {
        match self.put_quickly(from, to, stop)? {
            true => Ok(()),
            false => self.shell.put(from, to),
        }
    }

    /// Whether a file could be copied without a Java.
    fn put_quickly(&self, from: &Path, to: &Location, stop: &Stop) -> Result<bool, HdfsError> {
        let Some((web, path)) = self.web(to) else {
            return Ok(false);
        };
        let put = || {
            let from = File::open(from)?;
            let length = from.metadata()?.len();
            web.create(path, &mut Stoppable { from, stop }, length)
        };
        self.again(|| in_folder(web, path, put), || stop.requested())
            .map(|done| done.is_some())
    }

    /// Moves data until that is done: each attempt makes the file anew, perhaps by another DataNode. Nothing where `hadoop fs` is to
    /// try it.
    fn again<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, HdfsError>,
        is_over: impl Fn() -> bool,
    ) -> Result<Option<T>, HdfsError> {
        let patience = match self.shell.is_there() {
            // The web servers of DataNodes may be out of this machine's reach, and others not.
            true => self.patience.at_most(DATA_PATIENCE),
            false => self.patience,
        };
        let mut wait = patience.begin();
        loop {
            match attempt() {
                Err(error) if is_over() => return Err(error),
                Err(error) if error.is_passing() && wait.again(&error.plain()) => {}
                Err(error) if error.is_of_the_way() && self.shell.is_there() => return Ok(None),
                Err(error) => return Err(error.after(wait.waited())),
                Ok(done) => return Ok(Some(done)),
            }
        }
    }

    /// Copies files of this machine, several at once, unless the run is to `stop`; whether it could be done without a Java for
    /// each. An error has the number of the file that it is of.
    pub(crate) fn put_at_once(
        &self,
        files: &[(PathBuf, Location)],
        stop: &Stop,
    ) -> Result<bool, (usize, HdfsError)> {
        let next = AtomicUsize::new(0);
        let (quick, failed) = (AtomicBool::new(true), Mutex::new(None));
        let put_some = || {
            while quick.load(Ordering::Relaxed) && !stop.requested() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some((from, to)) = files.get(number) else {
                    return;
                };
                match self.put_quickly(from, to, stop) {
                    Ok(true) => {}
                    Ok(false) => quick.store(false, Ordering::Relaxed),
                    Err(error) => {
                        // The others needn't go on.
                        next.store(files.len(), Ordering::Relaxed);
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.get_or_insert((number, error));
                    }
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..AT_ONCE.min(files.len()) {
                scope.spawn(put_some);
            }
            put_some();
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(failed) => Err(failed),
            None => Ok(quick.into_inner()),
        }
    }

    /// Copies what is in a folder of this machine, by one Java.
    pub(crate) fn put_folder(&self, from: &Path, to: &Location) -> Result<(), HdfsError> {
        self.shell.put_folder(from, to)
    }

    /// Makes a small file.
    pub(crate) fn put_bytes(&self, bytes: &[u8], to: &Location) -> Result<(), HdfsError> {
        if let Some((web, path)) = self.web(to) {
            let put = || web.create(path, &mut &*bytes, bytes.len() as u64);
            let put = || in_folder(web, path, put);
            if self.again(put, || false)?.is_some() {
                return Ok(());
            }
        }
        self.shell.put_bytes(bytes, to)
    }

    /// Makes an empty file where there is none of that name. Gives whether it did.
    pub(crate) fn make_new(&self, at: &Location) -> Result<bool, HdfsError> {
        let Some((web, path)) = self.web(at) else {
            return Err(HdfsError::Declined);
        };
        let make = || web.create_new(path);
        let mut made = make();
        if let (Err(error), Some((folder, _))) = (&made, path.rsplit_once('/'))
            && error.is_missing()
        {
            web.make_folders(folder)?;
            made = make();
        }
        match made {
            Ok(()) => Ok(true),
            Err(error) if error.is_there_already() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether what is asked of a file is answered at once, and not by a Java that is started for it.
    pub(crate) fn are_quick(&self) -> bool {
        self.web.is_some()
    }

    /// The text of a small file, if it can be had.
    pub(crate) fn text(&self, at: &Location) -> Option<String> {
        let (web, path) = self.web(at)?;
        let mut text = String::new();
        let mut content = web.open(path, Range::default(), None, &mut None).ok()?;
        content.read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// Copies a file to this machine.
    pub(crate) fn get(&self, from: &Location, to: &Path) -> Result<(), HdfsError> {
        if let Some((web, path)) = self.web(from) {
            let expected = web.status(path)?.map_or(0, |status| status.bytes);
            let mut file = BufWriter::with_capacity(1 << 20, File::create(to)?);
            let mut copied = 0;
            // What has come needn't come again.
            let get = || copy(web, path, &mut file, &mut copied, expected);
            if self.again(get, || false)?.is_some() {
                return Ok(file.flush()?);
            }
        }
        self.shell.get(from, to)
    }

    /// Moves a folder over one that is empty or isn't there.
    pub(crate) fn rename(&self, from: &Location, to: &Location) -> Result<(), HdfsError> {
        match (self.web(from), self.web(to)) {
            (Some((web, from)), Some((_, to))) => web.rename(from, to),
            _ => self.shell.rename(from, to),
        }
    }

    /// Deletes what is there and below, if anything is.
    pub(crate) fn delete(&self, at: &Location) -> Result<(), HdfsError> {
        match self.web(at) {
            Some((web, path)) => web.delete(path),
            None => self.shell.delete(at),
        }
    }

    /// Whether it is on the default file system.
    pub(crate) fn is_default(&self, at: &Location) -> bool {
        self.path(at).is_some()
    }

    /// Its path on the default file system, if it is there.
    pub(super) fn path<'s>(&self, at: &'s Location) -> Option<&'s str> {
        let own = at.path_on(&self.default);
        own.or_else(|| self.aliases.iter().find_map(|alias| at.path_on(alias)))
    }

    fn web<'s>(&'s self, at: &'s Location) -> Option<(&'s WebHdfs<'a>, &'s str)> {
        Some((self.web.as_ref()?, self.path(at)?))
    }
}

/// Creates the file at `path`, and before that its folder where that isn't there.
fn in_folder(
    web: &WebHdfs<'_>,
    path: &str,
    create: impl Fn() -> Result<(), HdfsError>,
) -> Result<(), HdfsError> {
    match (create(), path.rsplit_once('/')) {
        (Err(error), Some((folder, _))) if error.is_missing() => {
            web.make_folders(folder)?;
            create()
        }
        (created, _) => created,
    }
}

/// Copies the bytes of a file from `copied` on, up to `expected`: a connection that ends early is no end of the file.
fn copy(
    web: &WebHdfs<'_>,
    path: &str,
    to: &mut impl Write,
    copied: &mut u64,
    expected: u64,
) -> Result<(), HdfsError> {
    let range = Range {
        offset: *copied,
        length: None,
    };
    let mut from = web.open(path, range, None, &mut None)?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        let read = from.next(&mut buffer)?;
        if read == 0 {
            break;
        }
        to.write_all(&buffer[..read])?;
        *copied += read as u64;
    }
    if *copied == expected {
        return Ok(());
    }
    let message = format!("{copied} of {expected} bytes came");
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, message).into())
}
