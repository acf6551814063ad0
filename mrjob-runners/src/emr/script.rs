//! The script that runs a step on the cluster's first node.
//!
//! EMR itself tells of a step by logs that reach S3 minutes after its end. And when it cancels a step, it ends a process that
//! waits for an application of YARN, but not the application. So a step is a script, which is fetched from the run's folder in
//! S3 and leaves there:
//!
//! | object | what is in it | when |
//! |---|---|---|
//! | `said/0000` | what Hadoop's client said: the application's id, counters | before the step ends; after an interrupt, once the application has ended |
//! | `failed/0000` | what the tasks that failed said of it, perhaps nothing | before a step ends that failed |

use super::EmrError;
use crate::task_env::quoted;

/// Bytes that Linux takes for one argument of a program (`MAX_ARG_STRLEN`, without the zero at its end).
const MOST_OF_ONE: usize = 128 * 1024 - 1;
/// Bytes for all of them: of Linux's 2 MiB (a quarter of the stack's 8 MiB) some are for the environment.
const MOST_OF_ALL: usize = 1536 * 1024;

/// What EMR runs as the step: `bash -c FETCH` with the script's address as `$0`.
pub(super) const FETCH: &str = r#"script=$(mktemp) && aws s3 cp --only-show-errors "$0" "$script" && exec bash "$script" "$PPID""#;

/// What a step's script is made of.
pub(super) struct Script<'a> {
    /// The step, from 0.
    pub(super) number: usize,
    /// Its name, for a person who reads the script.
    pub(super) name: &'a str,
    /// The run's folder in S3.
    pub(super) own: &'a str,
    /// By which the step's application is found.
    pub(super) tag: &'a str,
    /// Hadoop's archive for streaming, if it isn't the release's: an address in S3, or a path of the node.
    pub(super) jar: Option<&'a str>,
    /// What Hadoop Streaming gets.
    pub(super) arguments: &'a [String],
}

/// The object with what Hadoop's client said in a step.
pub(super) fn said(own: &str, number: usize) -> String {
    format!("{own}/said/{number:04}")
}

/// The object with what tasks said that failed in a step.
pub(super) fn failed(own: &str, number: usize) -> String {
    format!("{own}/failed/{number:04}")
}

impl Script<'_> {
    /// The script.
    ///
    /// # Errors
    ///
    /// When the arguments are more than a program of Linux takes.
    pub(super) fn text(&self) -> Result<String, EmrError> {
        self.check()?;
        let (fetched, client) = match self.jar {
            None => (String::new(), "hadoop-streaming".to_owned()),
            Some(jar) if jar.contains("://") && !jar.starts_with("file://") => (
                format!(
                    "aws s3 cp --only-show-errors {} \"$dir/streaming.jar\" || exit 1\n",
                    quoted(jar)
                ),
                "hadoop jar \"$dir/streaming.jar\"".to_owned(),
            ),
            Some(jar) => {
                let path = jar.strip_prefix("file://").unwrap_or(jar);
                (String::new(), format!("hadoop jar {}", quoted(path)))
            }
        };
        let arguments = self.arguments.iter().map(|argument| quoted(argument));
        let arguments: Vec<String> = arguments.collect();
        let head = format!(
            "#!/bin/bash\n# {}\ntag={}\nsaid={}\nfailed={}\narguments=(\n{}\n)\n",
            self.name.replace('\n', " "),
            quoted(self.tag),
            quoted(&said(self.own, self.number)),
            quoted(&failed(self.own, self.number)),
            arguments.join("\n")
        );
        let body = BODY.replace("FETCHED\n", &fetched);
        Ok(head + &body.replace("CLIENT", &client))
    }

    fn check(&self) -> Result<(), EmrError> {
        let lengths = self.arguments.iter().map(String::len);
        let most_of_one = lengths.clone().max().unwrap_or(0);
        // Each with a zero and a pointer.
        let all = lengths.map(|length| length + 9).sum();
        for (length, most) in [(most_of_one, MOST_OF_ONE), (all, MOST_OF_ALL)] {
            if length > most {
                return Err(EmrError::TooLong {
                    step: self.number,
                    length,
                    most,
                });
            }
        }
        Ok(())
    }
}

const BODY: &str = r#"
# Each process started here gets its own process group, so that a signal reaches one and not the others.
set -m
# What started this: EMR ends that process, and perhaps no other one.
starter=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir" "$0"' EXIT
mkfifo "$dir/pipe" && : > "$dir/said" || exit 1
# The client's log goes to standard error, whatever the node's configuration says.
export HADOOP_ROOT_LOGGER=INFO,console

# Puts file $1 at $2. A step doesn't fail for it: the launcher then reads the cluster's logs.
put() {
    aws s3 cp --only-show-errors "$1" "$2" || echo "warning: failed to write $2" >&2
}

# The step's application, by what the client said or else by its tag.
applications() {
    grep -a -o -m 1 'Submitted application application_[0-9_]*' "$dir/said" | grep -o 'application_[0-9_]*' ||
        yarn application -list -appTags "$tag" -appStates ALL 2>/dev/null | grep -o '^application_[0-9_]*'
}

# Ends the application, which doesn't end with its client.
end() {
    local application
    for application in $(applications); do
        yarn application -kill "$application" >&2 || return 1
    done
}

stopped() {
    trap '' TERM INT HUP
    # Once the client is dead, nothing is submitted any more.
    kill -KILL -- "-${client:-$!}" 2>/dev/null
    wait "${client:-$!}" 2>/dev/null
    # The launcher takes this object as proof that nothing writes any more.
    end && put "$dir/said" "$said"
    exit 143
}

client=
trap stopped TERM INT HUP
FETCHED
(trap '' TERM INT HUP; exec tee "$dir/said" < "$dir/pipe" >&2) &
tee=$!
CLIENT "${arguments[@]}" 2> "$dir/pipe" &
client=$!
(
    while read -r _ _ _ parent _ < "/proc/$$/stat" && [ "$parent" = "$starter" ]; do sleep 1; done
    kill -TERM "$$"
) < /dev/null > /dev/null 2>&1 &
watch=$!
disown "$watch"
wait "$client"
code=$?
trap '' TERM INT HUP
kill -KILL -- "-$watch" 2>/dev/null
wait "$tee"
if [ "$code" != 0 ]; then
    end
    application=$(applications | head -n 1)
    # The logs of tasks are there some seconds after their end.
    for _ in 1 2 3 4 5; do
        [ -n "$application" ] || break
        yarn logs -applicationId "$application" -log_files stderr 2>/dev/null | grep -a 'mrjob:failure:' | tail -n 100 > "$dir/failed"
        [ -s "$dir/failed" ] && break
        sleep 1
    done
    [ -e "$dir/failed" ] && put "$dir/failed" "$failed"
fi
put "$dir/said" "$said"
exit "$code"
"#;

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    fn script<'a>(arguments: &'a [String], jar: Option<&'a str>) -> Script<'a> {
        Script {
            number: 3,
            name: "a job",
            own: "s3://b/it's",
            tag: "job.3",
            jar,
            arguments,
        }
    }

    #[test]
    fn bash_reads_it() {
        let arguments = ["-D", "a='$x'\n\"y\"", "ä b", ""].map(str::to_owned);
        for jar in [None, Some("s3://b/own.jar"), Some("file:///usr/own.jar")] {
            let text = script(&arguments, jar).text().unwrap();
            let (head, _) = text.split_once("\nset -m\n").unwrap();
            let shown = format!("{head}\nprintf '<%s>' \"${{arguments[@]}}\" \"$said\"");
            let bash = |arguments: &[&str]| {
                let mut bash = Command::new("bash");
                bash.args(arguments).stderr(Stdio::inherit());
                bash.output().unwrap()
            };
            let ran = bash(&["-c", &shown]);
            let said = String::from_utf8(ran.stdout).unwrap();
            assert_eq!(said, "<-D><a='$x'\n\"y\"><ä b><><s3://b/it's/said/0003>");
            assert!(bash(&["-n", "-c", &text]).status.success());
        }
    }

    #[test]
    fn more_arguments_than_linux_takes() {
        let refused = |arguments: &[String]| script(arguments, None).text().unwrap_err();
        let one = refused(&["x".repeat(MOST_OF_ONE + 1)]).to_string();
        assert!(one.contains("step 4 is too long: 131072 bytes"), "{one}");
        let many = vec!["x".repeat(1000); 2000];
        let many = refused(&many).to_string();
        assert!(many.contains("2018000 bytes"), "{many}");
        assert!(script(&["x".repeat(MOST_OF_ONE)], None).text().is_ok());
    }
}
