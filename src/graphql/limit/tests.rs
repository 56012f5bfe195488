//! The limits on documents.

use super::*;

fn code(result: Result<(), ApiError>) -> &'static str {
    match result {
        Ok(()) => "",
        Err(ApiError::BadInput { code, .. }) => code,
        Err(ApiError::Fault(fault)) => panic!("{fault}"),
    }
}

fn check(document: &str) -> &'static str {
    let text = code(check_text(document));
    if text.is_empty() {
        code(check_document(&async_graphql::parser::parse_query(document).unwrap(), &Variables::default()))
    } else {
        text
    }
}

#[test]
fn what_clients_send_passes() {
    assert_eq!(check("{ products(first: 5) { nodes { id title } } }"), "");
    assert_eq!(check("query A($id: ID!) { product(id: $id) { ...F } } fragment F on Product { id }"), "");
    assert_eq!(check("{ a(b: \"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{ \\\" ((((\") }"), "");
}

#[test]
fn what_only_an_attacker_sends_is_refused() {
    let deep = |levels: usize| format!("{}a{}", "{a".repeat(levels), "}".repeat(levels));
    assert_eq!(check(&deep(15)), "");
    assert_eq!(check(&deep(25)), "DOCUMENT_TOO_DEEP");
    assert_eq!(check(&"{a".repeat(10_000)), "DOCUMENT_TOO_DEEP");
    assert_eq!(
        check(&format!("{{a(x: {}{})}}", "[".repeat(10_000), "]".repeat(10_000))),
        "DOCUMENT_TOO_DEEP"
    );
    assert_eq!(check(&format!("{{{}}}", "a ".repeat(6_000))), "DOCUMENT_TOO_LARGE");
    let aliases: String = (0..31).map(|n| format!("a{n}: b ")).collect();
    assert_eq!(check(&format!("{{x{{{aliases}}}}}")), "DOCUMENT_TOO_COMPLEX");
    assert_eq!(check(&format!("mutation {{{}}}", "a ".repeat(6))), "DOCUMENT_TOO_COMPLEX");
    assert_eq!(check(&format!("{{a {}}}", "@skip(if: true) ".repeat(51))), "DOCUMENT_TOO_COMPLEX");
    assert_eq!(check(&format!("{{x{{{}}}}}", "a ".repeat(1_501))), "DOCUMENT_TOO_COMPLEX");
}

#[test]
fn introspection_is_counted_and_what_tools_send_passes() {
    let of_type = format!("kind name {}{}", "ofType { kind name ".repeat(9), "}".repeat(9));
    let tools = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
           subscriptionType {{ name kind }} types {{ ...FullType }}
           directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
           fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
             type {{ ...TypeRef }} isDeprecated deprecationReason }}
           inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
           possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated
           deprecationReason }}
         fragment TypeRef on __Type {{ {of_type} }}"
    );
    assert_eq!(check(&tools), "");
    let circling = |times| {
        let (open, close) = ("fields { type { ".repeat(times), "} } ".repeat(times));
        format!("{{ __schema {{ types {{ {open} name {close} }} }} }}")
    };
    assert_eq!(check(&circling(2)), "");
    assert_eq!(check(&circling(4)), "DOCUMENT_TOO_COMPLEX");
    assert_eq!(check(&circling(15)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn lists_that_come_whole_multiply_like_pages() {
    let around = |step: &str, back: &str, times: usize| {
        let levels = 1 + step.matches('{').count() - step.matches('}').count();
        let (open, close) = (format!("{step} {back} "), "}".repeat(levels));
        format!("{{ product {{ {} id {} }} }}", open.repeat(times), close.repeat(times))
    };
    for (step, back, most) in [
        ("options { optionValues { firstSelectableVariant {", "product {", 2),
        ("adjacentVariants {", "product {", 2),
        ("metafields(identifiers: [{key: 1}, {key: 2}, {key: 3}, {key: 4}]) {", "parentResource {", 8),
        ("metafield { reference { fields {", "reference {", 4),
    ] {
        assert_eq!(check(&around(step, back, most)), "", "{step}");
        let one_more = check(&around(step, back, most + 1));
        assert!(["DOCUMENT_TOO_COMPLEX", "DOCUMENT_TOO_DEEP"].contains(&one_more), "{step} {one_more}");
    }
    let named = "query($ids: [X!]!) { product { metafields(identifiers: $ids) { parentResource { \
                 metafields(identifiers: $ids) { parentResource { metafields(identifiers: $ids) { id } } } } } } }";
    let document = async_graphql::parser::parse_query(named).unwrap();
    for (count, expected) in [(2, ""), (250, "DOCUMENT_TOO_COMPLEX")] {
        let variables = Variables::from_json(serde_json::json!({ "ids": vec!["x"; count] }));
        assert_eq!(code(check_document(&document, &variables)), expected, "{count}");
    }
}

/// Every list that comes whole, and from whose items a document can come back to it, is counted.
#[test]
fn no_list_that_leads_back_to_itself_is_forgotten() {
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
    fn item(ty: &Type) -> (String, bool) {
        match &ty.base {
            BaseType::Named(name) => (name.to_string(), false),
            BaseType::List(inner) => (item(inner).0, true),
        }
    }
    let schema = parse_schema(include_str!("../../../schema.graphql")).unwrap();
    let (mut members, mut fields): (HashMap<String, Vec<String>>, Vec<_>) = (HashMap::new(), Vec::new());
    for definition in &schema.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let owner = definition.node.name.node.to_string();
        match &definition.node.kind {
            TypeKind::Object(object) => {
                for interface in &object.implements {
                    members.entry(interface.node.to_string()).or_default().push(owner.clone());
                }
                fields.extend(object.fields.iter().map(|field| (owner.clone(), field.node.clone())));
            }
            TypeKind::Union(union) => {
                let all = union.members.iter().map(|member| member.node.to_string());
                members.entry(owner).or_default().extend(all);
            }
            _ => {}
        }
    }
    let leads_back = |from: &str, to: &str| {
        let (mut seen, mut rest) = (std::collections::HashSet::new(), vec![from.to_owned()]);
        while let Some(name) = rest.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name.clone()) {
                rest.extend(members.get(&name).into_iter().flatten().cloned());
                let own = fields.iter().filter(|(owner, _)| *owner == name);
                rest.extend(own.map(|(_, field)| item(&field.ty.node).0));
            }
        }
        false
    };
    let mut looked_at = 0;
    for (owner, field) in &fields {
        let (item, is_list) = item(&field.ty.node);
        let name = field.name.node.as_str();
        let counted = WHOLE_LISTS.iter().any(|(known, _)| *known == name)
            || field.arguments.iter().any(|argument| {
                ["first", "last"]
                    .iter()
                    .chain(&NAMING_ARGUMENTS)
                    .any(|known| argument.node.name.node == *known)
            });
        // Those two hold the page of the connection around them, which is counted.
        if is_list && !["nodes", "edges"].contains(&name) && leads_back(&item, owner) {
            looked_at += 1;
            assert!(counted, "{owner}.{name}");
        }
    }
    assert!(looked_at > 10, "{looked_at}");
}

#[test]
fn fragments_that_spread_each_other_many_times_are_refused_quickly() {
    let mut document = String::from("{ ...f0 }");
    for n in 0..30 {
        document += &format!(" fragment f{n} on QueryRoot {{ ...f{} ...f{} shop {{ name }} }}", n + 1, n + 1);
    }
    let ends = " fragment f30 on QueryRoot { shop { name } }";
    assert_eq!(check(&(document.clone() + ends)), "DOCUMENT_TOO_COMPLEX");
    // Such fragments hold no field that could be counted: the last is none at all, or empty of fields.
    let hollow = document.replace(" shop { name }", "");
    assert_eq!(check(&hollow), "DOCUMENT_TOO_COMPLEX");
    let hollow = hollow + " fragment f30 on QueryRoot { ... { ...missing } }";
    assert_eq!(check(&hollow), "DOCUMENT_TOO_COMPLEX");
    assert_eq!(
        check("{ ...a } fragment a on QueryRoot { ...b } fragment b on QueryRoot { ...a }"),
        "DOCUMENT_TOO_DEEP"
    );
}
