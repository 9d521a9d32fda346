/**
 * Whether an input method has this key, and the page has not.
 *
 * Safari ends the composition before it tells of the Enter or Escape that ended it, so that
 * `isComposing` is false already; the code 229 (UI Events, 7.3.1) says whose key it was.
 */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
