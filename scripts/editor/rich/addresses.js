// The whole address of what somebody typed: a web address, an email address or a phone number.

export function wholeAddress(typed) {
  const text = typed.trim();
  if (!text) return "";
  const digits = text.replace(/[^\d+]/g, "");
  if (/^[\d\s().+/-]+$/.test(text) && digits.length > 6) return `tel:${digits}`;
  if (/^[^\s@/:]+@[^\s@/:]+$/.test(text)) return `mailto:${text}`;
  const address = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  return address.replace(/[\s<>]/g, encodeURIComponent).replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"));
}
