use super::{super::plan::Job, Made, voices::Voices};
pub(super) fn make(_job: &Job, _voices: &Voices<'_>) -> Option<Made> {
    None
}
