//! Tests of the way from the outbox to receivers that really listen.

mod parts;

mod deliver;

mod refuse;

mod mail;

mod shapes;
