//! Which messages are one conversation.
