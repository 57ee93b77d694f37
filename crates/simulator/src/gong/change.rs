use jiff::Timestamp;
use serde_json::{Value, json};

use super::{GongError, GongWorld, Object, Ready};

/// What can happen to a call.
impl GongWorld {
    /// Changes a call, whatever of it. If that leaves something that is no call, the call stays as it was.
    ///
    /// # Errors
    /// There is no such call, or it is none any more.
    pub fn change_call(&mut self, id: &str, change: impl FnOnce(&mut Object)) -> Result<(), GongError> {
        let (mut told, ready) = self.find(id).cloned().ok_or_else(|| GongError::Call(id.to_owned()))?.into_told();
        change(&mut told.data);
        if told.data.get("metaData").and_then(|m| m.get("id")).and_then(Value::as_str) != Some(id) {
            return Err(GongError::Shape("a call keeps its id".into()));
        }
        self.put(told, Some(ready)).map(|_| ())
    }

    fn change_meta(&mut self, id: &str, field: &str, value: Value) -> Result<(), GongError> {
        self.change_call(id, |data| {
            if let Some(Value::Object(meta)) = data.get_mut("metaData") {
                meta.insert(field.to_owned(), value);
            }
        })
    }

    /// Gives a call another title.
    ///
    /// # Errors
    /// There is no such call.
    pub fn retitle(&mut self, id: &str, title: &str) -> Result<(), GongError> {
        self.change_meta(id, "title", json!(title))
    }

    /// Makes a call private, so that the API does not show it, or public again.
    ///
    /// # Errors
    /// There is no such call.
    pub fn set_private(&mut self, id: &str, private: bool) -> Result<(), GongError> {
        self.change_meta(id, "isPrivate", json!(private))
    }

    /// Links a call to an object of a CRM: `system` is `Salesforce`, `HubSpot`, `MicrosoftDynamic` or `Generic`, `object` an
    /// `ExternalCallObject` with `objectType`, `objectId` and `fields`; it replaces one of the same type, id and timing.
    ///
    /// # Errors
    /// There is no such call.
    pub fn associate(&mut self, id: &str, system: &str, mut object: Object) -> Result<(), GongError> {
        object.entry("timing").or_insert(json!("Now"));
        object.entry("fields").or_insert(json!([]));
        self.change_call(id, |data| {
            if !data.get("context").is_some_and(Value::is_array) {
                data.insert("context".into(), json!([]));
            }
            let Some(Value::Array(context)) = data.get_mut("context") else { return };
            let same = |o: &Value| ["objectType", "objectId", "timing"].iter().all(|k| o.get(k) == object.get(*k));
            for entry in context.iter_mut() {
                if let Some(Value::Array(objects)) = entry.get_mut("objects") {
                    objects.retain(|o| !same(o));
                }
            }
            let known = context.iter_mut().find(|e| e.get("system").and_then(Value::as_str) == Some(system));
            match known.and_then(|e| e.get_mut("objects")).and_then(Value::as_array_mut) {
                Some(objects) => objects.push(Value::Object(object)),
                None => context.push(json!({"system": system, "objects": [object]})),
            }
        })
    }

    /// Changes fields of a participant, who is given by id, address or name.
    ///
    /// # Errors
    /// There is no such call, or nobody like that in it.
    pub fn change_party(&mut self, id: &str, party: &str, fields: Object) -> Result<(), GongError> {
        let mut found = false;
        let mut data = self.find(id).ok_or_else(|| GongError::Call(id.to_owned()))?.data().into_owned();
        for p in data.get_mut("parties").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            let is = |key: &str| p.get(key).and_then(Value::as_str) == Some(party);
            if !found && (is("id") || is("emailAddress") || is("name")) {
                found = true;
                p.extend(fields.clone());
            }
        }
        if !found {
            return Err(GongError::Party { call: id.to_owned(), party: party.to_owned() });
        }
        self.change_call(id, |before| *before = data)
    }

    /// Says from when on a call has its transcript.
    ///
    /// # Errors
    /// There is no such call.
    pub fn set_ready(&mut self, id: &str, ready: Ready) -> Result<(), GongError> {
        let place = self.places.get(id).ok_or_else(|| GongError::Call(id.to_owned()))?;
        if let Some(call) = self.calls.get_mut(place) {
            call.ready = ready;
        }
        Ok(())
    }

    /// Gives a call another transcript, which is ready from then on; [`Ready`] stays if that is later.
    ///
    /// # Errors
    /// There is no such call, or it is no list.
    pub fn set_transcript(&mut self, id: &str, transcript: Value, now: Timestamp) -> Result<(), GongError> {
        let Value::Array(monologues) = transcript else { return Err(GongError::Shape("a transcript is a list of monologues".into())) };
        let (mut told, ready) = self.find(id).cloned().ok_or_else(|| GongError::Call(id.to_owned()))?.into_told();
        told.transcript = monologues;
        let ready = if ready == Ready::Never { Ready::From(now) } else { ready };
        self.put(told, Some(ready)).map(|_| ())
    }

    /// Takes a call away. False if there is none.
    pub fn delete_call(&mut self, id: &str) -> bool {
        self.places.remove(id).and_then(|place| self.calls.remove(&place)).is_some()
    }
}
