//! What people do at PayPal's own desk, without the shop.

use serde_json::{Value, json};

use super::book::Book;

fn euros(cents: i64) -> Value {
    json!({ "currency_code": "EUR", "value": format!("{}.{:02}", cents / 100, cents % 100) })
}

impl Book {
    fn payments(&mut self, order: &str) -> &mut Value {
        &mut self.orders.get_mut(order).unwrap()["purchase_units"][0]["payments"]
    }

    /// Takes promised money, and leaves the rest promised.
    pub fn take_at_desk(&mut self, order: &str, name: &str, cents: i64) {
        let payments = self.payments(order);
        let owner = payments["authorizations"][0]["custom_id"].clone();
        payments["authorizations"][0]["status"] = json!("PARTIALLY_CAPTURED");
        let capture = json!({ "id": name, "status": "COMPLETED", "amount": euros(cents), "custom_id": owner,
            "final_capture": false });
        push(payments, "captures", capture);
    }

    /// Gives money of a capture back; all of it where that is said.
    pub fn give_back_at_desk(&mut self, order: &str, capture: &str, name: &str, cents: i64, is_all: bool) {
        let payments = self.payments(order);
        let up = format!("https://api-m.sandbox.paypal.com/v2/payments/captures/{capture}");
        let refund = json!({ "id": name, "status": "COMPLETED", "amount": euros(cents),
            "links": [{ "rel": "up", "method": "GET", "href": up }] });
        push(payments, "refunds", refund);
        self.mark_refunded(order, capture, if is_all { "REFUNDED" } else { "PARTIALLY_REFUNDED" });
    }

    /// What PayPal says of a capture.
    pub fn mark_refunded(&mut self, order: &str, capture: &str, status: &str) {
        let captures = self.payments(order)["captures"].as_array_mut().unwrap();
        captures.iter_mut().find(|own| own["id"] == capture).unwrap()["status"] = json!(status);
    }

    /// Lets a promise go, or what is left of it.
    pub fn let_go_at_desk(&mut self, order: &str) {
        self.payments(order)["authorizations"][0]["status"] = json!("VOIDED");
    }
}

fn push(payments: &mut Value, kind: &str, thing: Value) {
    match payments[kind].as_array_mut() {
        Some(things) => things.push(thing),
        None => payments[kind] = json!([thing]),
    }
}
