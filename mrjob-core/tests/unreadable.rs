//! Lines that can't be read: what the messages say of them, and the way out.

use mrjob_core::Arena;
use mrjob_core::protocol::{Csv, Json, JsonValue, Protocol, Text};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
#[expect(dead_code, reason = "none of the lines can be read")]
struct Event {
    user: String,
    bytes: u64,
    ids: Option<Vec<u8>>,
}

type Row = (String, f64, Option<String>);

/// What is said of a line, read as bytes, and as text where it is that.
fn said<P: Protocol, K: DeserializeOwned, V: DeserializeOwned>(line: impl AsRef<[u8]>) -> String {
    let (line, arena) = (line.as_ref(), Arena::new());
    let error = |error: Option<mrjob_core::BoxError>| error.expect("unreadable").to_string();
    let message = error(P::read::<K, V>(line, &arena).err());
    if let Ok(text) = str::from_utf8(line) {
        assert_eq!(error(P::read_text::<K, V>(text, &arena).err()), message);
    }
    message
}

#[track_caller]
fn json(line: &str, message: &str, hint: &str) {
    let said = said::<JsonValue, (), Event>(line);
    let (reason, way_out) = said.split_once("\nhint: ").unwrap_or((&said, ""));
    assert!(reason.contains(message), "{line}: {said}");
    assert!(
        way_out.contains(hint) && way_out.is_empty() == hint.is_empty(),
        "{line}: {said}"
    );
}

#[test]
fn json_that_is_not_a_value_a_line() {
    for line in ["", " ", "\t"] {
        json(line, "the line is empty", "sed '/^[[:space:]]*$/d' < FILE");
    }
    json(
        r#"{"user":"ann","bytes":1}{"user":"bob","bytes":2}"#,
        "at byte 25 of `{\"user\":\"ann\",\"bytes\":1}{\"user\":\"bob\",\"bytes\":2}`: a second value begins",
        "jq -c . < FILE",
    );
    let several = "is the file printed over several lines?";
    json("{", several, "jq -c . < FILE");
    json(r#"{"user": "ann","#, several, "jq -c . < FILE");
    json("[", several, "jq -c '.[]' < FILE");
    json("}", several, "jq -c . < FILE");
    json(r#"  "user": "ann","#, several, "jq -c . < FILE");
    json(
        r#"[{"user":"ann"}]"#,
        "`[0]` is an object, and the type takes a string",
        "jq -c '.[]'",
    );
    json(
        r#"{"user":"a","bytes":1},"#,
        "a comma follows the value",
        "sed 's/,[[:space:]]*$//'",
    );
    json(
        "\u{1e}{}",
        "`\\u{1e}{}`: a record separator (0x1e)",
        "tr -d '\\036'",
    );
    json(
        r#"{"user":"a","bytes":1}, {"user":"b","bytes":2}"#,
        "a comma and more follow the value",
        "jq -c '.[]'",
    );
    json("\"a\"\t{}", "it is the string \"a\"", "`input = Json`");
    json("\u{feff}{}", "a byte order mark", "sed");
}

#[test]
fn json_strings_and_words_that_json_lacks() {
    json(
        "{\"user\":\"a\tb\"}",
        "a TAB in it, which JSON writes as `\\t`",
        "tr '\\t' ' '",
    );
    json(
        "{\"user\":\"a\u{1}b\"}",
        "the control character U+0001",
        "tr '\\000-\\010",
    );
    json(r#"{"user":"\ud83d"}"#, "one half of a character", "sed -E");
    json(
        r#"{"user":"x","bytes":NaN}"#,
        "`NaN` is not JSON",
        "Option<f64>",
    );
    json(r#"{"user":None}"#, "`None` is not JSON", "ast.literal_eval");
    json(
        "{'user':1}",
        "a field's name is not in double quotes",
        "ast.literal_eval",
    );
    let message = said::<JsonValue, (), Event>(b"{\"user\":\"caf\xe9\"}");
    assert!(
        message.contains("a string isn't UTF-8\nhint: if the file is Latin-1"),
        "{message}"
    );
}

#[test]
fn json_of_another_type_names_the_field() {
    json(
        r#"{"user":null}"#,
        "`user` is null, and the type takes a string",
        "an `Option`",
    );
    json(
        r#"{"user":"a","bytes":"12"}"#,
        "`bytes` is the string \"12\", and the type takes `u64`",
        "take it as `&str`",
    );
    json(
        r#"{"bytes":1.0}"#,
        "`bytes` is the number 1.0, and the type takes `u64`",
        "`f64`",
    );
    json(
        r#"{"bytes":18446744073709551616}"#,
        "`bytes` is the number 18446744073709551616, and",
        "`u128`",
    );
    json(
        r#"{"x":{"ids":[7]},"ids":[1, 300]}"#,
        "`ids[1]` is the number 300, and the type takes `u8`",
        "",
    );
    json(r#"{"user":{"name":"a"}}"#, "`user` is an object, and", "");
    json(
        r#"{"bytes":1}"#,
        "there is no field `user`",
        "`#[serde(default)]`",
    );
    json(
        r#"{"user":"a","user":"b"}"#,
        "the field `user` stands there twice",
        "jq",
    );
}

#[test]
fn json_shows_what_is_around_the_place() {
    let line = format!(r#"{{"user":"{}","bytes":null}}"#, "é".repeat(500));
    let message = said::<JsonValue, (), Event>(&line);
    assert!(
        message.contains("of `…ééé") && message.contains("\"bytes\":null}`: `bytes` is null"),
        "{message}"
    );
    assert!(message.chars().count() < 300, "{message}");
    assert!(said::<Json, u8, u8>("1\t").contains("the value is empty"));
}

#[track_caller]
fn csv(line: &str, message: &str, hint: &str) {
    let said = said::<Csv, (), Row>(line);
    let (reason, way_out) = said.split_once("\nhint: ").unwrap_or((&said, ""));
    assert_eq!(reason, message, "{said}");
    assert!(
        way_out.contains(hint) && way_out.is_empty() == hint.is_empty(),
        "{said}"
    );
}

#[test]
fn rows_with_other_columns() {
    csv("", "the line is empty", "sed '/^[[:space:]]*$/d' < FILE");
    for (line, name, hint) in [
        ("Bonn;1.5;x", "`;`", "tr ';' ',' < FILE"),
        ("Bonn|1.5|x", "`|`", "tr '|' ',' < FILE"),
        ("Bonn\t1.5\tx", "TABs", "tr '\\t' ',' < FILE"),
    ] {
        let shown = line.replace('\t', "\\t");
        let message = format!(
            "columns are delimited by commas: there are 2 {name} and no comma, in the row `{shown}`"
        );
        csv(line, &message, hint);
    }
    csv(
        "Bonn;1,5;x",
        "columns are delimited by commas: there are 2 `;` and 1 comma, in the row `Bonn;1,5;x`",
        "`split(';')`",
    );
    // The text of a column has them.
    csv(
        "a;b;c;d,x1,",
        "column 2: `x1` is not a number (`f64`), in the row `a;b;c;d,x1,`",
        "header?",
    );
    csv(
        "Bonn,1.5",
        "the row has 2 columns, and its type takes at least 3, in the row `Bonn,1.5`",
        "",
    );
    csv(
        "Bonn,1.5,x,",
        "the row has 4 columns, and its type takes 3, in the row `Bonn,1.5,x,`",
        "Vec<serde::de::IgnoredAny>",
    );
}

#[test]
fn rows_with_other_texts() {
    csv(
        "name,amount,note",
        "column 2: `amount` is not a number (`f64`), in the row `name,amount,note`",
        "is line 1 a header? `tail -n +2 < FILE",
    );
    csv(
        "Bonn,x,7",
        "column 2: `x` is not a number (`f64`), in the row `Bonn,x,7`",
        "",
    );
    csv(
        "Bonn,,",
        "column 2: it is empty, and not a number (`f64`), in the row `Bonn,,`",
        "`Option`",
    );
    csv(
        "Bonn, 1.5,",
        "column 2: ` 1.5` is not a number (`f64`), in the row `Bonn, 1.5,`",
        "`trim()`",
    );
    csv(
        "Bonn,\"1,5\",",
        "column 2: `1,5` is not a number (`f64`), in the row `Bonn,\"1,5\",`",
        "replace(',', \".\")",
    );
    csv(
        "Bonn,\"1,234.50\",",
        "column 2: `1,234.50` is not a number (`f64`), in the row `Bonn,\"1,234.50\",`",
        "replace(',', \"\")",
    );
    csv(
        "Bonn,1.5,\"first",
        "column 3: the line ends within quotes, in the row `Bonn,1.5,\"first`",
        "csv.reader(sys.stdin)",
    );
    csv(
        r#""a \"b\" c",1.5,x"#,
        r#"column 1: text follows a closing quote, in the row `"a \"b\" c",1.5,x`"#,
        r#"sed 's/\\"/""/g' < FILE"#,
    );
}

#[test]
fn rows_with_quotes_and_other_delimiters() {
    for (line, delimiter) in [
        ("\"a\";\"1\"", ";"),
        ("\"a\"|\"1\"", "|"),
        ("\"a\"\t\"1\"", "\\t"),
    ] {
        let said = said::<Csv, (), Row>(line);
        assert!(
            said.contains(&format!("delimiter=\"{delimiter}\"")),
            "{said}"
        );
    }
}

#[test]
fn columns_between_tabs() {
    let message = said::<Text, String, (u16, u64, u64)>("word\t1991\t10\t2");
    assert_eq!(
        message,
        "`1991\\t10\\t2` is one text, and the type takes a tuple of 3\n\
         hint: take it as `&str`, and parse what `split('\\t')` gives in the mapper"
    );
    let message = said::<Text, String, u64>("word 3");
    assert!(
        message
            .starts_with("the line has no TAB, and a record of `Text` is key TAB value: `word 3`"),
        "{message}"
    );
    assert!(said::<Text, String, u64>("").starts_with("the line is empty\nhint: "));
}
