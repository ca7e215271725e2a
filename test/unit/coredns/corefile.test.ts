// Corefiles found in clusters, and what may be changed in them: the servers to forward to, and not one byte more.
import { describe, expect, test } from 'vitest';
import { clusterDomain, forwardTargets, withForwardTargets, withTargetsOf } from '../../../tasks/coredns/corefile.ts';
import { tokensOf } from '../../../tasks/coredns/tokens.ts';

const kubeadm = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;

const minikube = kubeadm
  .replace('    errors\n', '    log\n    errors\n')
  .replace(
    '    forward .',
    '    hosts {\n       192.168.49.1 host.minikube.internal\n       fallthrough\n    }\n    forward .',
  );

/** A Corefile whose targets are between « and »; the rest of it is to be kept. */
const rows: [name: string, text: string][] = [
  ["kubeadm's", kubeadm.replace('/etc/resolv.conf', '«/etc/resolv.conf»')],
  ["minikube's, with hosts and log", minikube.replace('/etc/resolv.conf', '«/etc/resolv.conf»')],
  ['one with tabs and Windows line ends', '.:53 {\r\n\tforward\t.\t«/etc/resolv.conf»\r\n\tloop\r\n}\r\n'],
  ['several targets', '. {\n  forward . «8.8.8.8   8.8.4.4»\n}'],
  ['a target with options', '. {\n  forward . «tls://9.9.9.9» {\n    tls_servername dns.quad9.net\n  }\n}'],
  ['braces in the same line', '. {\n  forward . «1.1.1.1» { policy random }\n}'],
  [
    'comments before, between and after',
    '# forward . a\n. { # {\n  #forward . b\n  forward . «1.1.1.1» # forward . c\n}',
  ],
  ['a comment that touches the target', '. {\n  forward . «1.1.1.1»#2.2.2.2\n}'],
  ['targets with a port of dnsmasq', '. {\n  forward . «8.8.8.8#53 8.8.4.4»#53\n}'],
  ['quotes', '"." {\n  "forward" "." «"/etc/a file" "b\\"c"»\n}'],
  ['a quoted brace and a quoted line break', '. {\n  template . "x\ny" {\n    answer "a } b"\n  }\n  forward . «a»\n}'],
  ['variables', '.:{$PORT} a. {\n  whoami\n}\n.:53 {\n  forward . «{$UPSTREAM} {%OTHER%}»\n}'],
  ['a root zone at the port of a variable', 'corp. {\n  forward . x\n}\n.:{$PORT} {\n  forward . «a»\n}'],
  ['several zones per block', 'corp.example. . {\n  forward . «a»\n}'],
  ['zones over two lines', 'corp.example.,\n.:53 {\n  forward . «a»\n}'],
  ['other blocks before and after', 'corp. {\n  forward . x\n}\n. {\n  forward . «a»\n}\nlab. {\n  forward . y\n}'],
  ['a root zone with other protocol', 'tls://.:853 {\n  forward . x\n}\ndns://.:53 {\n  forward . «a»\n}'],
  ['other zones forwarded beside', '. {\n  forward corp. 10.0.0.1\n  forward . «a»\n}'],
  ['a snippet that nobody imports', '(s) {\n  forward . x\n}\n. {\n  forward . «a»\n}'],
  ['the word import as a value', '. {\n  log import\n  forward . «a»\n}'],
  ['the only block without braces', '.:53\nforward . «a»\nloop\n'],
  ['a byte order mark and letters of two units', '\uFEFF# 🔥 ü\n. {\n  forward . «a»\n}'],
  ['no line end after the target', '. {\n  forward . «a»'],
];

describe('in a Corefile with', () => {
  test.each(rows)('%s only the targets change, and can be put back', (_, marked) => {
    const text = marked.replace('«', '').replace('»', '');
    const [before, targets = '', after] = marked.split(/[«»]/);
    const { servers, start, end } = forwardTargets(text);
    expect(text.slice(start, end)).toBe(targets);
    expect(servers).toEqual(tokensOf(targets).map((token) => token.text));
    const changed = withForwardTargets(text, ['192.0.2.1', '2001:db8::1']);
    expect(changed).toBe(`${before}192.0.2.1 2001:db8::1${after}`);
    expect(withForwardTargets(changed, ['192.0.2.1', '2001:db8::1'])).toBe(changed);
    expect(withTargetsOf(changed, text)).toBe(text);
  });
});

test("targets are put back into a text that was changed elsewhere since: others' edits stay", () => {
  const repaired = withForwardTargets(minikube, ['192.0.2.1']);
  const edited = repaired.replace('cache 30', 'cache 60');
  expect(withTargetsOf(edited, minikube)).toBe(minikube.replace('cache 30', 'cache 60'));
});

test.each([
  ['import of files', '. {\n  forward . a\n  import custom/*.override\n}', 'imports other files or snippets'],
  ['import at the top', 'import custom/*.server\n. {\n  forward . a\n}', 'imports other files or snippets'],
  ['import of a snippet', '(s) {\n  forward . a\n}\n. {\n  import s\n}', 'imports other files or snippets'],
  ['import of options', '. {\n  forward . a {\n    import s\n  }\n}', 'imports other files or snippets'],
  ['no forward', '. {\n  kubernetes cluster.local\n}', 'does not forward zone "."'],
  ['a forward that is a comment', '. {\n  # forward . a\n  loop\n}', 'does not forward zone "."'],
  ['a forward of another zone only', '. {\n  forward corp. a\n}', 'does not forward zone "."'],
  ['a forward within the options of another', '. {\n  hosts {\n    forward . a\n  }\n}', 'does not forward zone "."'],
  ['two forwards', '. {\n  forward . a\n  forward . b\n}', 'forwards zone "." several times'],
  ['proxy', '. {\n  proxy . /etc/resolv.conf\n}', 'forwards with the plugin proxy'],
  ['a forward to nowhere', '. {\n  forward .\n}', 'forwards zone "." to no server'],
  ['no root zone', 'corp. {\n  forward . a\n}', 'has no server block for zone "."'],
  ['nothing', '', 'has no server block for zone "."'],
  ['two root zones', '. {\n  forward . a\n}\n.:5353 {\n  forward . b\n}', 'has several server blocks for zone "."'],
])('%s is left alone, with the reason', (_, text, reason) => {
  expect(() => forwardTargets(text)).toThrow(`the Corefile ${reason}`);
  expect(() => withForwardTargets(text, ['192.0.2.1'])).toThrow(reason);
});

test.each([
  ['custom/*.override', 'put the forward into the imported ConfigMap, as in kube-system/coredns-custom'],
  ['s', 'change ConfigMap kube-system/coredns by hand'],
])('where to change a Corefile that imports %s is said', (name, hint) =>
  expect(() => forwardTargets(`. {\n  forward . a\n  import ${name}\n}`)).toThrow(expect.objectContaining({ hint })),
);

test.each([0, 16])('%i servers are refused', (count) =>
  expect(() => withForwardTargets(kubeadm, Array(count).fill('192.0.2.1'))).toThrow(
    `expected 1 to 15 servers for CoreDNS to forward to, got ${count}`,
  ),
);

test('15 servers are not', () =>
  expect(forwardTargets(withForwardTargets(kubeadm, Array(15).fill('192.0.2.1'))).servers).toHaveLength(15));

test.each([
  [kubeadm, 'cluster.local'],
  ['. {\n  kubernetes k8s.example.org in-addr.arpa\n}', 'k8s.example.org'],
  ['. {\n  kubernetes {$DOMAIN}\n}', 'cluster.local'],
  ['. {\n  kubernetes\n  ready\n}', 'cluster.local'],
  ['. {\n  # kubernetes other\n}', 'cluster.local'],
  ['. {\n  kubernetes k8s.example.org. in-addr.arpa\n}', 'k8s.example.org'],
  ['. {\n  kubernetes in-addr.arpa 10.0.0.0/8 k8s.example.org {\n    ttl 5\n  }\n}', 'k8s.example.org'],
  ['k8s.example.org:53 in-addr.arpa {\n  kubernetes\n}\n. {\n  forward . a\n}', 'k8s.example.org'],
  ['k8s.example.org {\n  kubernetes\n  import custom/*.override\n}', 'cluster.local'],
])("the cluster's domain is read from it", (text, domain) => expect(clusterDomain(text)).toBe(domain));
