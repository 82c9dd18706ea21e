//! A validator of the keywords this crate's schemas use, for tests; any other keyword is an error.
//!
//! # Invariants
//! * A keyword or a pattern it does not understand stops the test instead of passing it.

use serde_json::{Map, Value};

/// Whether a value is valid under a schema; `root` holds the definitions.
pub(crate) fn valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let Value::Object(keywords) = schema else { return *schema == Value::Bool(true) };
    keywords.iter().all(|(keyword, given)| holds(root, keywords, keyword, given, value))
}

fn holds(
    root: &Value,
    schema: &Map<String, Value>,
    keyword: &str,
    given: &Value,
    value: &Value,
) -> bool {
    let list = || given.as_array().expect("the keyword has a list");
    let limit = || usize::try_from(given.as_u64().expect("a limit")).expect("a limit");
    let each = |schema: &Value| valid(root, schema, value);
    match keyword {
        // Formats repeat what patterns say, and a discriminator what constants do.
        "$schema" | "$defs" | "title" | "description" | "examples" | "format" | "discriminator"
        | "default" => true,
        "$ref" => {
            let path = given.as_str().and_then(|path| path.strip_prefix('#')).expect("a local ref");
            each(root.pointer(path).expect("the definition is there"))
        }
        "oneOf" => list().iter().filter(|schema| each(schema)).count() == 1,
        "anyOf" => list().iter().any(each),
        "const" => value == given,
        "enum" => list().contains(value),
        "type" => match given {
            Value::Array(types) => types.iter().any(|kind| is_type(kind, value)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => is_type(given, value),
        },
        "pattern" => value.as_str().is_none_or(|text| matches(given.as_str().expect("text"), text)),
        "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= limit()),
        "maxLength" => value.as_str().is_none_or(|text| text.chars().count() <= limit()),
        "minItems" => value.as_array().is_none_or(|items| items.len() >= limit()),
        "maxItems" => value.as_array().is_none_or(|items| items.len() <= limit()),
        "items" => {
            value.as_array().is_none_or(|items| items.iter().all(|item| valid(root, given, item)))
        }
        "minProperties" => value.as_object().is_none_or(|object| object.len() >= limit()),
        "minimum" => value.as_u64().is_none_or(|number| Some(number) >= given.as_u64()),
        "maximum" => value.as_u64().is_none_or(|number| Some(number) <= given.as_u64()),
        "required" => value.as_object().is_none_or(|object| {
            list().iter().all(|name| object.contains_key(name.as_str().expect("a name")))
        }),
        "properties" => value.as_object().is_none_or(|object| {
            let properties = given.as_object().expect("properties are an object");
            object.iter().all(|(name, value)| {
                properties.get(name).is_none_or(|schema| valid(root, schema, value))
            })
        }),
        "propertyNames" => value.as_object().is_none_or(|object| {
            object.keys().all(|name| valid(root, given, &Value::String(name.clone())))
        }),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let known = schema.get("properties").and_then(Value::as_object);
            object
                .iter()
                .filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)))
                .all(|(_, value)| valid(root, given, value))
        }),
        other => panic!("the validator does not know {other}"),
    }
}

fn is_type(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a type is named") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        // A negative whole number is one too; the bounds are all from zero and say no.
        "integer" => value.is_u64(),
        other => panic!("the validator does not know the type {other}"),
    }
}

/// Whether an anchored pattern matches: literals, classes, groups, `|`, `?`, `*`, `{n}`, `{m,n}`.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
    let pattern: Vec<char> = inner.expect("patterns are anchored").chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (node, end) = alternatives(&pattern, 0);
    assert_eq!(end, pattern.len(), "the pattern is read to its end");
    node.ends(&text, vec![0]).contains(&text.len())
}

enum Node {
    Class(Vec<(char, char)>),
    Alternatives(Vec<Vec<(Node, usize, usize)>>),
}

impl Node {
    /// Where a match can end, for each place where it can begin.
    fn ends(&self, text: &[char], starts: Vec<usize>) -> Vec<usize> {
        let mut ends: Vec<usize> = match self {
            Node::Class(ranges) => starts
                .into_iter()
                .filter(|at| {
                    let found = text.get(*at);
                    let within = |(low, high): &(char, char)| {
                        found.is_some_and(|found| low <= found && found <= high)
                    };
                    ranges.iter().any(within)
                })
                .map(|at| at + 1)
                .collect(),
            Node::Alternatives(branches) => {
                branches.iter().flat_map(|branch| sequence(branch, text, starts.clone())).collect()
            }
        };
        ends.sort_unstable();
        ends.dedup();
        ends
    }
}

fn sequence(parts: &[(Node, usize, usize)], text: &[char], starts: Vec<usize>) -> Vec<usize> {
    parts.iter().fold(starts, |mut at, (node, least, most)| {
        let mut ends = Vec::new();
        for round in 0..=*most {
            if round >= *least {
                ends.extend_from_slice(&at);
            }
            at = node.ends(text, at);
            if at.is_empty() {
                break;
            }
        }
        ends
    })
}

fn alternatives(pattern: &[char], mut at: usize) -> (Node, usize) {
    let mut branches = vec![Vec::new()];
    while let Some(found) = pattern.get(at) {
        let (node, next) = match found {
            ')' => break,
            '|' => {
                branches.push(Vec::new());
                at += 1;
                continue;
            }
            '(' => {
                let (node, end) = alternatives(pattern, at + 1);
                (node, end + 1)
            }
            '[' => class(pattern, at + 1),
            '\\' | '^' | '$' | '.' | '+' => panic!("the matcher does not know {found}"),
            literal => (Node::Class(vec![(*literal, *literal)]), at + 1),
        };
        let (least, most, next) = repeats(pattern, next);
        branches.last_mut().expect("there is a branch").push((node, least, most));
        at = next;
    }
    (Node::Alternatives(branches), at)
}

fn class(pattern: &[char], mut at: usize) -> (Node, usize) {
    let mut ranges = Vec::new();
    while pattern[at] != ']' {
        if pattern[at + 1] == '-' {
            ranges.push((pattern[at], pattern[at + 2]));
            at += 3;
        } else {
            ranges.push((pattern[at], pattern[at]));
            at += 1;
        }
    }
    (Node::Class(ranges), at + 1)
}

fn repeats(pattern: &[char], at: usize) -> (usize, usize, usize) {
    match pattern.get(at) {
        Some('?') => (0, 1, at + 1),
        Some('*') => (0, usize::MAX, at + 1),
        Some('{') => {
            let length = pattern[at..].iter().position(|found| *found == '}').expect("it closes");
            let inner: String = pattern[at + 1..at + length].iter().collect();
            let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
            let number = |text: &str| text.parse().expect("a repeat is a number");
            (number(least), number(most), at + length + 1)
        }
        Some(_) | None => (1, 1, at),
    }
}
