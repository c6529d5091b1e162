//! The closed JSON Schema of every kind of file, from the tables the readers use.

use serde_json::{Map, Value, json};

use super::load::FILES;
use super::shape::{Shape, Struct};

/// One document with a definition a kind of file: `region`, `security`, `services`, `waivers`, `centre`,
/// `profiles`, `establishments`, `delegated`.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut any_of = Vec::new();
    for row in FILES {
        let name = row.path.split(['/', '.']).next().unwrap_or(row.path);
        let mut definition = shape(&row.shape);
        definition["title"] = json!(row.path);
        definition["description"] = json!(row.says);
        definitions.insert(name.to_owned(), definition);
        any_of.push(json!({ "$ref": format!("#/$defs/{name}") }));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "etanche policy",
        "anyOf": any_of,
        "$defs": definitions,
    })
}

fn shape(of: &Shape) -> Value {
    match of {
        Shape::Scalar(form) => {
            let mut value = json!({ "type": "string", "title": form.one, "pattern": form.pattern });
            if !form.example.is_empty() {
                value["examples"] = json!([form.example]);
            }
            value
        }
        Shape::Number(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::List(item) => json!({ "type": "array", "items": shape(item) }),
        Shape::Map(key, value) => json!({
            "type": "object",
            "propertyNames": { "pattern": key.pattern },
            "additionalProperties": shape(value),
        }),
        Shape::Struct(table) => object(table),
    }
}

fn object(table: &Struct) -> Value {
    let mut properties = Map::new();
    for key in table.keys {
        let mut property = shape(&key.shape);
        property["description"] = json!(key.says);
        properties.insert(key.name.to_owned(), property);
    }
    let required: Vec<&str> = table.keys.iter().filter(|k| k.is_required).map(|k| k.name).collect();
    json!({
        "type": "object",
        "title": table.title,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::schema;

    fn open_objects(value: &Value, path: &str, found: &mut Vec<String>) {
        if value["type"] == "object" && value.get("additionalProperties").is_none() {
            found.push(path.to_owned());
        }
        for (key, below) in value.as_object().into_iter().flatten() {
            open_objects(below, &format!("{path}/{key}"), found);
        }
    }

    #[test]
    fn every_object_is_closed() {
        let mut found = Vec::new();
        open_objects(&schema(), "", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn every_kind_of_file_has_a_definition() {
        let schema = schema();
        let names: Vec<&String> = schema["$defs"].as_object().into_iter().flatten().map(|(k, _)| k).collect();
        let wanted = [
            "centre",
            "delegated",
            "establishments",
            "experiments",
            "profiles",
            "region",
            "security",
            "services",
            "waivers",
        ];
        assert_eq!(names, wanted);
    }
}
