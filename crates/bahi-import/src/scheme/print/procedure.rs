//! Limits and procedures as the tables that read as them.

use bahi_core::{Gate, Limit, Milestone, Procedure, Word};

use super::{super::file::within_text, LINE_CHARACTERS_MAX, basic, line, quoted, test};

pub(super) fn limits(out: &mut String, limits: &[Limit]) {
    for limit in limits {
        out.push_str("\n[[limit]]\n");
        line(out, "code", &basic(limit.code.as_str()));
        line(out, "per", &basic(limit.per.name()));
        line(out, "count", &limit.count.to_string());
        line(out, "within", &basic(&within_text(limit.within)));
        line(out, "of", &basic(limit.of.name()));
        line(out, "across", &basic(limit.across.name()));
        if let Some(when) = &limit.when {
            line(out, "when", &quoted(&test(when)));
        }
        if let Some(same) = &limit.same {
            line(out, "same", &basic(same.as_str()));
        }
        line(out, "paragraph", &basic(limit.paragraph.as_str()));
    }
}

pub(super) fn procedure(out: &mut String, procedure: &Procedure) {
    for found in &procedure.gates {
        gate(out, found);
    }
    for rule in &procedure.returns {
        out.push_str("\n[[return]]\n");
        line(out, "reason", &basic(rule.reason.as_str()));
        line(out, "then", &basic(rule.then.name()));
    }
    for outcome in &procedure.outcomes {
        out.push_str("\n[[outcome]]\n");
        line(out, "name", &basic(outcome.name.as_str()));
        line(out, "kind", &basic(outcome.kind.name()));
        line(out, "paragraph", &basic(outcome.paragraph.as_str()));
    }
}

/// What a gate asks for; what it does not ask for is not written.
fn gate(out: &mut String, gate: &Gate) {
    let words = |words: &[Word]| words.iter().map(|word| basic(word.as_str())).collect::<Vec<_>>();
    out.push_str("\n[[gate]]\n");
    line(out, "of", &basic(&gate.of.to_string()));
    list(out, "reasons", &words(&gate.reasons));
    if let Some(when) = &gate.when {
        line(out, "when", &quoted(&test(when)));
    }
    let roles: Vec<String> = gate.roles.iter().map(|role| basic(role.name())).collect();
    list(out, "roles", &roles);
    let row = |row: &Vec<Milestone>| {
        let row: Vec<String> = row.iter().map(|milestone| basic(&milestone.to_string())).collect();
        format!("[{}]", row.join(", "))
    };
    list(out, "after", &gate.after.iter().map(row).collect::<Vec<_>>());
    list(out, "evidence", &words(&gate.evidence));
    for (key, span) in [("earliest", &gate.earliest), ("latest", &gate.latest)] {
        if let Some(span) = span {
            line(out, key, &basic(&span.to_string()));
        }
    }
    if gate.used_percent > 0 {
        line(out, "used_percent", &gate.used_percent.to_string());
    }
    if !gate.binding {
        line(out, "binding", "false");
    }
    line(out, "paragraph", &basic(gate.paragraph.as_str()));
}

/// A list with something in it, on one line where it is short.
fn list(out: &mut String, key: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    let short = values.join(", ");
    if key.len() + short.len() <= LINE_CHARACTERS_MAX {
        line(out, key, &format!("[{short}]"));
    } else {
        line(out, key, &format!("[\n    {},\n]", values.join(",\n    ")));
    }
}
