/** What gives access and may stand in a text that a guest or Azure wrote: signatures, tokens, keys, passwords in URLs. */
const secrets: [RegExp, string][] = [
  [/([?&](?:sig|se|sp|skoid|sktid|ske|sks)=)[^&\s"'<>]+/gi, '$1(removed)'],
  [/\b(Bearer\s+)[\w.~+/-]{16,}=*/gi, '$1(removed)'],
  [/\b((?:SharedAccess|Account)Key=)[^;\s"']+/gi, '$1(removed)'],
  [/(:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}(@)/g, '$1(removed)$2'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '(private key removed)'],
];

/** The text without what would give access to something. */
export function scrub(text: string): string {
  return secrets.reduce((left, [pattern, replacement]) => left.replaceAll(pattern, replacement), text);
}
