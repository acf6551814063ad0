//! The table as a JSON Schema, for editors.

use serde_json::{Map, Value, json};

use super::row::{Kind, OptionRow, RunnerKind};

/// The schema of a configuration file, as of 2020-12.
pub fn schema() -> Value {
    let sections = RunnerKind::ALL.map(|runner| (runner.name().to_owned(), section(runner)));
    let mut sections: Map<String, Value> = sections.into_iter().collect();
    for absent in ["dataproc", "spark"] {
        let text = "mrjob's runner that isn't here; it is passed over";
        sections.insert(absent.to_owned(), json!({"description": text}));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mrjob.conf",
        "description": "Options of mrjob's runners",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "include": {
                "description": "Files that count less than this one, relative to its folder",
                "anyOf": [text(), {"type": "array", "items": text()}, {"type": "null"}],
            },
            "interpolate": {
                "description": "Whether ${NAME} and ${NAME:-DEFAULT} stand for variables of the environment",
                "type": ["boolean", "null"],
            },
            "runners": {
                "description": "A mapping of runners to their options",
                "type": ["object", "null"],
                "additionalProperties": false,
                "properties": sections,
            },
        },
    })
}

fn section(runner: RunnerKind) -> Value {
    let mut properties = Map::new();
    for row in runner.rows() {
        for name in [Some(row.name), row.mrjob_name()].into_iter().flatten() {
            properties.insert(name.to_owned(), property(row));
        }
    }
    json!({"type": ["object", "null"], "additionalProperties": false, "properties": properties})
}

fn property(row: &OptionRow) -> Value {
    let mut property = json!({"anyOf": [value(row.kind), {"type": "null"}]});
    let description = match row.default {
        "" => row.help.to_owned(),
        default => format!("{} [default: {default}]", row.help),
    };
    property["description"] = description.into();
    property
}

/// Text as YAML has it: a number without quotes is one too.
fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn value(kind: Kind) -> Value {
    let number = |least: u32, integer: &str| {
        json!({"anyOf": [
            {"type": integer, "minimum": least},
            {"type": "string", "pattern": "^ *[0-9.]+ *$"},
        ]})
    };
    let one_or_list = |item: Value| json!({"anyOf": [item, {"type": "array", "items": item}]});
    let map = |value: Value| json!({"type": "object", "additionalProperties": value});
    match kind {
        Kind::Text | Kind::Path => text(),
        Kind::Choice(words) => json!({"enum": words}),
        Kind::Bool => json!({"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]}),
        Kind::Whole(least) => number(least, "integer"),
        Kind::Number => number(0, "number"),
        Kind::Size => json!({"anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": "^[0-9.]+ *([bB]|[kKmMgGtT]([iI]?[bB])?)?$"},
        ]}),
        Kind::Cleanup => {
            let mode = "(ALL|NONE|CLOUD_TMP|CLUSTER|HADOOP_TMP|JOB|LOCAL_TMP|LOGS|TMP)";
            let modes = format!("^ *{mode} *(, *{mode} *)*$");
            one_or_list(json!({"type": "string", "pattern": modes}))
        }
        Kind::Texts | Kind::Command | Kind::List | Kind::Paths => one_or_list(text()),
        Kind::Objects => one_or_list(json!({"type": "object"})),
        Kind::Dict | Kind::Env | Kind::Jobconf => {
            map(json!({"type": ["string", "number", "boolean", "null"]}))
        }
        Kind::Params => json!({"type": "object"}),
        Kind::Json => json!({}),
    }
}
