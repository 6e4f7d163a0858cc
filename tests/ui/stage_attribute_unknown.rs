use jackin_telemetry::prelude::*;

fn main() {
    let stage = stage!(DerivedImage).start();
    stage.image_sorce(ImageSource::PublishedImage);
}
