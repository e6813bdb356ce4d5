import type { ShellLook } from '../shellLook.ts';

/**
 * By curl, which can do all that goss can, else by wget, for a plain GET. Who does not answer, or cannot be trusted, has
 * no status: that is a failure, and no riddle.
 */
export const httpLook: ShellLook = {
  settings: [
    'url',
    'method',
    'allow-insecure',
    'no-follow-redirects',
    'request-headers',
    'request-body',
    'username',
    'password',
    'ca-file',
    'cert-file',
    'key-file',
    'proxy',
  ],
  attributes: { status: 'n', headers: 't', body: 't' },
  source: `
# Of several responses (redirects, 100 Continue) the last: its status, then its headers, spelt as goss does.
last_response() {
  awk '
    function spelt(name, parts, n, i, text) {
      n = split(name, parts, "-")
      for (i = 1; i <= n; i++) {
        if (i > 1) text = text "-"
        text = text toupper(substr(parts[i], 1, 1)) tolower(substr(parts[i], 2))
      }
      return text
    }
    { sub(/\\r$/, "") }
    /^HTTP\\// { status = $2; count = 0; next }
    index($0, ":") > 1 {
      at = index($0, ":")
      value = substr($0, at + 1)
      sub(/^[ \\t]+/, "", value)
      header[count++] = spelt(substr($0, 1, at - 1)) ": " value
    }
    END {
      print status
      for (i = 0; i < count; i++) print header[i]
    }'
}
with_curl() {
  set -- -q -s -g -m "$seconds" -D "$dir/responses" --proto =http,https --proto-redir =http,https
  case $method in
    '' | GET) if [ -n "$request_body" ]; then set -- "$@" -X GET; fi ;;
    HEAD) set -- "$@" -I ;;
    POST) ;;
    # curl would not turn these into a GET where a redirect asks for one.
    *) set -- "$@" -X "$method"; kept_method=$follow follow= ;;
  esac
  if [ -n "$request_body" ] || [ "$method" = POST ]; then
    set -- "$@" -H Content-Type: -H Expect: --data-raw "$request_body"
  fi
  if [ -n "$follow" ]; then set -- "$@" -L --max-redirs "$follow"; fi
  if [ "$allow_insecure" = true ]; then set -- "$@" -k; fi
  if [ -n "$username$password" ]; then set -- "$@" -u "$username:$password"; fi
  if [ -n "$ca_file" ]; then set -- "$@" --cacert "$ca_file"; fi
  if [ -n "$cert_file" ]; then set -- "$@" --cert "$(printf '%s' "$cert_file" | sed 's/[\\\\:]/\\\\&/g')"; fi
  if [ -n "$key_file" ]; then set -- "$@" --key "$key_file"; fi
  if [ -n "$proxy" ]; then set -- "$@" --noproxy '' --suppress-connect-headers -x "$proxy"; fi
  while IFS= read -r header; do
    if [ -n "$header" ]; then set -- "$@" -H "$header"; fi
  done <<IMPRIMATUR_LINES
$request_headers
IMPRIMATUR_LINES
  {
    curl "$@" --url "$url"
    echo "$?" >"$dir/code"
  } | keep "$dir/body"
  if [ "$method" = HEAD ]; then : >"$dir/body"; fi
  code=
  read -r code <"$dir/code"
  case $code in
    0) ;;
    28) timed_out status headers body; return 0 ;;
    # Options or protocols that this curl does not know.
    '' | 1 | 2 | 4) unknown status headers body; return 0 ;;
    *) return 0 ;;
  esac
  last_response <"$dir/responses" >"$dir/response"
}
with_wget() {
  case $(wget --version 2>&1) in
    *'GNU Wget'*) ;;
    *) kind=busybox ;;
  esac
  case $method$request_body$username$password$ca_file$cert_file$key_file$proxy in
    '' | GET) ;;
    *) unknown status headers body; return 0 ;;
  esac
  set -- -S -O "$dir/body"
  # That of busybox looks at no certificate, and always follows.
  if [ "$kind" = gnu ]; then set -- "$@" --no-config -t 1 --content-on-error --max-redirect="\${follow:-0}"
  elif [ -z "$follow" ]; then unknown status headers body; return 0
  else
    case $allow_insecure$url in
      [Hh][Tt][Tt][Pp][Ss]:*) unknown status headers body; return 0 ;;
    esac
  fi
  if [ "$allow_insecure" = true ]; then set -- "$@" --no-check-certificate; fi
  while IFS= read -r header; do
    if [ -n "$header" ]; then set -- "$@" --header "$header"; fi
  done <<IMPRIMATUR_LINES
$request_headers
IMPRIMATUR_LINES
  : >"$dir/body"
  wget "$@" "$url" 2>"$dir/responses"
  sed -n 's/^  //p' "$dir/responses" | last_response >"$dir/response"
}
look() {
  : >"$dir/response"
  : >"$dir/responses"
  kind=gnu follow=10 kept_method=
  if [ "$no_follow_redirects" = true ]; then follow=; fi
  if has curl; then with_curl
  elif has wget; then with_wget
  else unknown status headers body
  fi
  status=
  read -r status <"$dir/response"
  if [ -z "$status" ]; then return 0; fi
  if [ -n "$kept_method" ]; then
    case $status in
      30[12378]) unknown status headers body; return 0 ;;
    esac
  fi
  sed 1d "$dir/response" >"$dir/headers"
  known status "$status"
  known headers "$dir/headers"
  if [ "$kind" = gnu ] || [ "$status" -lt 400 ]; then known body "$dir/body"; else unknown body; fi
}
`,
};
