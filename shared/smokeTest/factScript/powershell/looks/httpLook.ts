import type { WindowsLook } from '../windowsLook.ts';

/** .NET's HttpWebRequest: in every edition, and the only one whose certificate check can be set per request in all of them. */
export const httpLook: WindowsLook = {
  command: 'Get-HttpFacts',
  attributes: ['status', 'headers', 'body'],
  settings: [
    'url',
    'method',
    'allow-insecure',
    'no-follow-redirects',
    'request-headers',
    'request-body',
    'username',
    'password',
    'proxy',
  ],
  refuses: ({ url }) => (/^https?:\/\//i.test(String(url)) ? [] : ['url']),
  source: `
function Get-HttpFacts([hashtable]$Settings, [hashtable]$Seen) {
    try { $response = (New-HttpRequest $Settings $Seen.TimeoutMs).GetResponse() }
    catch {
        $failure = $_.Exception
        while ($null -ne $failure -and $failure -isnot [Net.WebException]) { $failure = $failure.InnerException }
        if ($null -eq $failure) { throw }
        $response = $failure.Response
        if ($null -eq $response) {
            if ([string]$failure.Status -eq 'Timeout') { $Seen.TimedOut = $true } else { $Seen.Missing = $true }
            return
        }
    }
    try {
        $Seen.Facts['status'] = [long][int]$response.StatusCode
        $lines = foreach ($name in $response.Headers.AllKeys) { $name + ': ' + $response.Headers[$name] }
        $Seen.Facts['headers'] = (@($lines) -join [char]10)
        if ($Seen.Wanted -contains 'body') { Add-HttpBody $response $Seen }
    } finally { $response.Dispose() }
}

function New-HttpRequest([hashtable]$Settings, [int]$TimeoutMs) {
    if ($PSVersionTable.PSVersion.Major -lt 6) {
        # Windows Server 2016 offers no TLS 1.2 by itself.
        [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    }
    $request = [Net.WebRequest]::Create([Uri]::new($Settings['url']))
    $request.Timeout = $TimeoutMs
    $request.ReadWriteTimeout = $TimeoutMs
    $request.AllowAutoRedirect = -not $Settings['no-follow-redirects']
    # Without a proxy of its own no search for one, which can take longer than the check.
    $request.Proxy = if ($Settings['proxy']) { [Net.WebProxy]::new($Settings['proxy']) } else { $null }
    if ($Settings['method']) { $request.Method = $Settings['method'] }
    if ($Settings['allow-insecure']) { $request.ServerCertificateValidationCallback = New-AcceptingCallback }
    if ($Settings['username']) {
        $pair = [Text.Encoding]::UTF8.GetBytes($Settings['username'] + ':' + $Settings['password'])
        $request.Headers['Authorization'] = 'Basic ' + [Convert]::ToBase64String($pair)
    }
    foreach ($header in @($Settings['request-headers'])) { if ($header) { Set-HttpHeader $request $header } }
    if ($Settings['request-body']) {
        $bytes = [Text.Encoding]::UTF8.GetBytes($Settings['request-body'])
        $stream = $request.GetRequestStream()
        try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Dispose() }
    }
    $request
}

function Set-HttpHeader($Request, [string]$Header) {
    $name, $value = $Header.Split([char[]]':', 2)
    $value = ([string]$value).Trim()
    # Some headers can only be set through their property.
    switch ($name.Trim()) {
        'Accept' { $Request.Accept = $value }
        'Content-Type' { $Request.ContentType = $value }
        'Host' { $Request.Host = $value }
        'Referer' { $Request.Referer = $value }
        'User-Agent' { $Request.UserAgent = $value }
        default { $Request.Headers[$name.Trim()] = $value }
    }
}

# .NET calls it on a thread where no PowerShell can run: so it is compiled.
function New-AcceptingCallback {
    $expression = [Linq.Expressions.Expression]
    $types = [object], [Security.Cryptography.X509Certificates.X509Certificate],
        [Security.Cryptography.X509Certificates.X509Chain], [Net.Security.SslPolicyErrors]
    $parameters = [Linq.Expressions.ParameterExpression[]]@($types | ForEach-Object { $expression::Parameter($_) })
    $expression::Lambda([Net.Security.RemoteCertificateValidationCallback], $expression::Constant($true), $parameters).Compile()
}

function Add-HttpBody($Response, [hashtable]$Seen) {
    $stream = $Response.GetResponseStream()
    $kept = [IO.MemoryStream]::new()
    $buffer = [byte[]]::new(65536)
    while ($kept.Length -le $textLimit) {
        $count = $stream.Read($buffer, 0, $buffer.Length)
        if ($count -eq 0) { break }
        $kept.Write($buffer, 0, $count)
    }
    Set-TextFact $Seen 'body' $kept 28591
}
`,
};
