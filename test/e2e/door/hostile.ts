// What a student can make of a pod that the student controls.
import type { Answer } from './pods.ts';

/** Each would reach past the pod's own origin, or outlive the answer. */
export const evilHeaders: Record<string, string | string[]> = {
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Allow-Origin': '*',
  'Alt-Svc': 'h3=":9999"; ma=86400',
  'Clear-Site-Data': '"*"',
  Link: '</sw.js>; rel=serviceworker',
  NEL: '{"report_to":"x","max_age":86400,"success_fraction":1.0}',
  'Origin-Agent-Cluster': '?0',
  'Permissions-Policy': 'camera=*',
  'Cross-Origin-Opener-Policy': 'unsafe-none',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'unsafe-url',
  Refresh: '0; url=https://elsewhere.example/',
  'Report-To': '{"group":"x","max_age":86400,"endpoints":[{"url":"https://elsewhere.example/"}]}',
  'Reporting-Endpoints': 'x="https://elsewhere.example/"',
  'Service-Worker-Allowed': '/',
  'Set-Cookie': ['stolen=1; Path=/', '__Host-seat-bob=00000000000000000000000000000000; Path=/; Secure'],
  'Speculation-Rules': '"/rules.json"',
  'Strict-Transport-Security': 'max-age=9999999; includeSubDomains; preload',
  'Timing-Allow-Origin': '*',
  'WWW-Authenticate': 'Basic realm="teacher login"',
};

const worker = "self.addEventListener('fetch', (event) => event.respondWith(new Response('OWNED')))";

/** Answers of the pod by its paths; everything else is JupyterLab's. */
export const hostile: Answer = (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://pod');
  const to = searchParams.get('to') ?? '';
  const answers: Record<string, () => void> = {
    '/page': () => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Look at my plot</h1>'),
    '/headers': () => void response.writeHead(200, { 'Content-Type': 'text/html', ...evilHeaders }).end('headers'),
    '/accel': () => void response.writeHead(200, { 'X-Accel-Redirect': to, 'X-Accel-Expires': '9999' }).end('my own'),
    '/redirect': () => void response.writeHead(302, { Location: to }).end(),
    '/status': () => void response.writeHead(Number(to), { 'WWW-Authenticate': 'Basic realm="x"' }).end('my own page'),
    '/sw.js': () =>
      void response
        .writeHead(200, { 'Content-Type': 'application/javascript', 'Service-Worker-Allowed': '/' })
        .end(worker),
    '/ssi': () =>
      void response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<!--# include virtual="/lab" --><!--# echo var="token" --><!--# echo var="cookie" -->plain'),
    '/static/main.js': () =>
      void response
        .writeHead(200, {
          'Content-Type': 'application/javascript',
          'Cache-Control': 'public, max-age=31536000, immutable',
        })
        .end('/* POISON */'),
    '/early': () => {
      response.socket?.write(
        'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: y=1\r\n\r\nhello',
      );
    },
  };
  answers[pathname]?.();
  return Object.hasOwn(answers, pathname);
};
