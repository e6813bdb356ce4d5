const secrets: [RegExp, string][] = [
  [/([?&;]sig=)[^&\s"']+/gi, '$1(redacted)'],
  [/((?:AccountKey|SharedAccessKey|SharedAccessSignature)=)[^;\s"']+/gi, '$1(redacted)'],
  [/\b(Bearer )[\w.~+/=-]{16,}/gi, '$1(redacted)'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '(redacted)'],
];

/** What opens something is taken out of a text, wherever it came from: signatures of SAS, keys, tokens. */
export function redact(text: string): string {
  return secrets.reduce((redacted, [pattern, replacement]) => redacted.replaceAll(pattern, replacement), text);
}
