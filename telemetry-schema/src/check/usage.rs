//! What is declared and never used. Only asked of a schema without errors, because a misspelt reference would
//! make its target look unused.

use std::collections::HashSet;

use super::Check;
use crate::diagnostic::Code;
use crate::lower::Section;

impl Check<'_> {
    pub(super) fn usage(&mut self) {
        self.unused_attribute();
        self.unreachable_screen();
    }

    fn unused_attribute(&mut self) {
        let model = self.model;
        let mut used: HashSet<usize> = HashSet::new();
        for (section, index, _) in self.items() {
            used.extend(self.uses(section, index).iter().map(|used| used.attribute));
        }
        used.extend(model.roles.attributes().map(|(_, attribute)| attribute));
        for (index, attribute) in model.attributes.iter().enumerate() {
            let id = &attribute.item.id;
            let of_the_run = self.places.run_ids.contains(id);
            // What is deprecated is kept for old run files, used or not.
            if used.contains(&index)
                || of_the_run
                || attribute.item.implicit
                || attribute.item.deprecated.is_some()
            {
                continue;
            }
            let message = format!("nothing uses the attribute `{id}`");
            let diagnostic = self.at_item(Code::UnusedAttribute, Section::Attribute, index, message);
            self.warn(Section::Attribute, index, diagnostic.help("use it, or remove it"));
        }
    }

    fn unreachable_screen(&mut self) {
        let screens = &self.model.screens;
        let mut reached: Vec<bool> = screens.iter().map(|screen| screen.entry).collect();
        let mut next: Vec<usize> = (0..screens.len()).filter(|&index| reached[index]).collect();
        while let Some(screen) = next.pop() {
            for &to in &screens[screen].navigates_to {
                if !reached[to] {
                    reached[to] = true;
                    next.push(to);
                }
            }
        }
        for (index, screen) in screens.iter().enumerate() {
            if !reached[index] && screen.item.deprecated.is_none() {
                let message = format!("no run can reach the screen `{}`", screen.item.id);
                let diagnostic = self.at_item(Code::UnreachableScreen, Section::Screen, index, message);
                let help = "list it in `navigates_to` of a screen that can be reached, or add `entry: true`";
                self.warn(Section::Screen, index, diagnostic.help(help));
            }
        }
    }
}
