//! What people do at Stripe's own desk, without the shop.

use serde_json::json;

use super::book::Book;

impl Book {
    /// Takes promised money; what it leaves of the promise is let go.
    pub fn take_at_desk(&mut self, place: usize, amount: i64) {
        let intent = &mut self.intents[place];
        assert_eq!(intent["status"], "requires_capture");
        intent["status"] = json!("succeeded");
        intent["amount_received"] = json!(amount);
        intent["amount_capturable"] = json!(0);
    }

    /// Gives money back; the name of the refund.
    pub fn give_back_at_desk(&mut self, place: usize, amount: i64) -> String {
        let (intent, id) = (&self.intents[place], format!("re_{}", self.refunds.len() + 1));
        let refund = json!({ "id": id, "object": "refund", "amount": amount,
            "created": chrono::Utc::now().timestamp(), "currency": intent["currency"],
            "payment_intent": intent["id"], "status": "succeeded", "metadata": {} });
        self.refunds.push(refund);
        id
    }

    /// Lets a promise go, as Stripe itself does with one that nobody took in time.
    pub fn let_go_at_desk(&mut self, place: usize) {
        let intent = &mut self.intents[place];
        assert_eq!(intent["status"], "requires_capture");
        intent["status"] = json!("canceled");
        intent["amount_capturable"] = json!(0);
    }
}
