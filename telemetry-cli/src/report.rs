//! A page of a run: one HTML file that needs nothing but a browser. [`page`] says what is on it, out of the same story
//! that `draw` shows on a terminal and in the same words; [`html`] puts it into the file, with the script and the style
//! of `report/page/`, which do the drawing.

pub(crate) mod html;
pub(crate) mod page;
mod part;
mod rows;
mod sampled;
mod texts;
