// Reports when the page is laid out and when it has painted. A hidden window gets no frames, so it is shown first.
const { invoke } = window.__TAURI__.core;
invoke("window_ready");
requestAnimationFrame(() => requestAnimationFrame(() => invoke("window_painted")));
