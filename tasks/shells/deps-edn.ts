// Writes deps.edn for the Clojure command line, with Spark and, where it fits, Geni. Pure.
import { isAtLeast, scalaOf } from '../spark/versions.ts';
import { clojureVersion } from './kinds.ts';

/** Made for Spark 3.3.3, with sources that only Scala 2.12 compiles: https://github.com/zero-one-group/geni */
export const geni = { coordinate: 'zero.one:geni:0.0.42', name: 'zero.one/geni', version: '0.0.42', scala: '2.12' };

/** Where Geni is. */
export const clojars = 'https://repo.clojars.org/';

/** Why a version of Spark cannot have Geni; undefined if it can. */
export const whyNoGeni = (version: string): string | undefined =>
  scalaOf(version) === geni.scala && isAtLeast(version, '3.3')
    ? undefined
    : `Geni ${geni.version} is for Spark 3.3 to 3.5 with Scala ${geni.scala}`;

const modules = ['core', 'sql', 'mllib', 'kubernetes'];

/** Packages of Java that Spark reaches into: JavaModuleOptions of Spark. */
const opened = [
  ...['lang', 'lang.invoke', 'lang.reflect', 'io', 'net', 'nio', 'util', 'util.concurrent'].map(
    (name) => `java.${name}`,
  ),
  ...['java.util.concurrent.atomic', 'sun.nio.ch', 'sun.nio.cs', 'sun.security.action', 'sun.util.calendar'],
];

/** The text of the file: https://clojure.org/reference/deps_edn */
export function depsText(version: string): string {
  const scala = scalaOf(version);
  const missing = whyNoGeni(version);
  const dependency = (name: string, own: string, more = '') => `${name} {:mvn/version "${own}"${more}}`;
  const dependencies = [
    dependency('org.clojure/clojure', clojureVersion),
    ...modules.map((module) => dependency(`org.apache.spark/spark-${module}_${scala}`, version)),
    ...(missing ? [] : [dependency(geni.name, geni.version, ' :exclusions [reply/reply]')]),
  ];
  const options = opened.map((name) => `"--add-opens=java.base/${name}=ALL-UNNAMED"`);
  return [
    ...(missing ? [`;; ${missing}.`] : []),
    `{:deps {${dependencies.join('\n        ')}}`,
    ` :aliases {:spark {:jvm-opts [${options.join('\n                               ')}]}}}`,
    '',
  ].join('\n');
}
