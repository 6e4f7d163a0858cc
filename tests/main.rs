//! The product seen from outside. One binary, so that a build links once; `README.md` beside this file says
//! which kind of test lives where.

mod console;
mod house;
mod killed;
#[cfg(feature = "otlp")]
mod otlp;
mod readme;
mod ui;
mod vocabulary;
