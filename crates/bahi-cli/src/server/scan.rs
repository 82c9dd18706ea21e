//! The texts of values inside a JSON document that was read as one, as they stand there.

/// The texts of the elements of a list, which is a field of the document's one object. Nothing where
/// there is no such list.
///
/// The document is JSON: what is none gives some texts or nothing, and no panic.
pub(crate) fn elements<'d>(document: &'d str, field: &str) -> Option<Vec<&'d str>> {
    let list = value_of(document, field)?;
    let inner = list.strip_prefix('[')?.strip_suffix(']')?;
    let mut elements = Vec::new();
    let mut rest = inner.trim_start();
    while !rest.is_empty() {
        let (element, after) = value(rest)?;
        elements.push(element);
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    Some(elements)
}

/// The text of a field of the document's one object.
fn value_of<'d>(document: &'d str, field: &str) -> Option<&'d str> {
    let mut rest = document.trim().strip_prefix('{')?.trim_start();
    while rest.starts_with('"') {
        let (name, after) = value(rest)?;
        let (found, after) = value(after.trim_start().strip_prefix(':')?.trim_start())?;
        if name.trim_matches('"') == field {
            return Some(found);
        }
        rest = after.trim_start().strip_prefix(',')?.trim_start();
    }
    None
}

/// The value that a text begins with, and what stands after it.
fn value(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (at, found) in text.bytes().enumerate() {
        if in_text {
            match found {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            if in_text || depth > 0 {
                continue;
            }
            return Some(text.split_at(at + 1));
        }
        match found {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return (at > 0).then(|| text.split_at(at)),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(text.split_at(at + 1));
                }
            }
            b',' if depth == 0 => return (at > 0).then(|| text.split_at(at)),
            _ => {}
        }
    }
    (depth == 0 && !in_text && !text.is_empty()).then_some((text, ""))
}

#[cfg(test)]
mod tests {
    //! Documents as a service writes them, and others.

    use super::elements;

    #[test]
    fn the_elements_of_a_list_are_their_own_texts() {
        let document = r#" {"a":{"events":[9]},"t":"\"}],","events":[{"x":"]\\\"}"}, [1,[2]],3,"s"],"next":null}"#;
        let expected = [r#"{"x":"]\\\"}"}"#, "[1,[2]]", "3", r#""s""#];
        assert_eq!(elements(document, "events").expect("a list"), expected);
        assert_eq!(elements(r#"{"events":[]}"#, "events").expect("a list"), [""; 0]);
    }

    #[test]
    fn what_is_no_such_document_gives_nothing_and_no_panic() {
        for text in [
            "",
            "{",
            "[]",
            "{\"events\":{}}",
            "{\"events\":7",
            "{\"events\"",
            "{\"events\":[\"",
            "{\"events\":[}",
            "null",
            "{,}",
            "{\"a\":,\"events\":[1]}",
            "{\"é\":\"\\",
        ] {
            let _ = elements(text, "events");
            assert!(elements(text, "nowhere").is_none(), "{text}");
        }
    }
}
