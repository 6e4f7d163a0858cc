//! The form of a call: requests are sent as they were written, answers are read as the protocol's own types.

use std::marker::PhantomData;

use prost::Message;
use prost::bytes::BufMut;
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// For requests that are written already, and answers of type `R`.
pub(crate) struct Written<R>(PhantomData<R>);

impl<R> Default for Written<R> {
    fn default() -> Self {
        Written(PhantomData)
    }
}

impl<R: Message + Default + 'static> Codec for Written<R> {
    type Encode = Vec<u8>;
    type Decode = R;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self::default()
    }

    fn decoder(&mut self) -> Self {
        Self::default()
    }
}

impl<R: Message> Encoder for Written<R> {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, request: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.reserve(request.len());
        out.put_slice(&request);
        Ok(())
    }
}

impl<R: Message + Default> Decoder for Written<R> {
    type Item = R;
    type Error = Status;

    fn decode(&mut self, answer: &mut DecodeBuf<'_>) -> Result<Option<R>, Status> {
        let not_read = |error| Status::internal(format!("the answer cannot be read: {error}"));
        R::decode(answer).map(Some).map_err(not_read)
    }
}
