//! The attribute of every command of the window. A command that is written with it can't be without its span in the log.

use proc_macro::TokenStream;
use quote::quote;
use syn::{ItemFn, ReturnType, Type, parse_macro_input};

/// Makes a function a command: it runs off the window's thread, its types are exported to the page, and the log gets its
/// name, a number, its duration and its result. The arguments never reach the log.
///
/// The crate must have `logging::command(name, body)`.
#[proc_macro_attribute]
pub fn command(_: TokenStream, function: TokenStream) -> TokenStream {
    let ItemFn { attrs, vis, sig, block, .. } = parse_macro_input!(function as ItemFn);
    let name = sig.ident.to_string();
    let answer: Box<Type> = match &sig.output {
        ReturnType::Type(_, answer) => answer.clone(),
        ReturnType::Default => syn::parse_quote!(()),
    };
    quote! {
        #(#attrs)*
        #[tauri::command(async)]
        #[specta::specta]
        #vis #sig {
            crate::logging::command(#name, move || -> #answer #block)
        }
    }
    .into()
}
