// A class on one node of two cores, from its list to its last day: five students in browsers, a terminal and a kubeconfig.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKube } from '../../tasks/kube/client.ts';
import { changingRequests } from '../audit-log.ts';
import { enterSeat, gitLesson, keyHashOf, readWork, runLesson, typeInTerminal } from './classroom/browser.ts';
import { address, course, firstPort, ownProfile, students } from './classroom/course.ts';
import { diskLimits, endOfGreedyPod } from './classroom/disk.ts';
import { leftOf } from './classroom/leftovers.ts';
import { workBesidePushes } from './classroom/pushes.ts';
import { enforceLevel, fallen, takeWallsDown } from './classroom/walls-down.ts';
import { openBrowser, statusOf, visit } from './door/browser.ts';
import { installTools, type Running, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

/** Milliseconds in which a Spark session starts in a seat, with four others at it. */
const patience = 300_000;

suite(`a class${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const { box, profile, folder, kube, kubeconfig, auditLog, writeRoster, classroom, done, openDoor, links, end } =
    course();
  let door: Running;
  let browser: Browser;

  const namespace = (name: string) => kube.get({ apiVersion: 'v1', kind: 'Namespace', name });
  const podsOf = (student: string, labelSelector = '') =>
    kube.list({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: `lab-${student}`,
      ...(labelSelector ? { labelSelector } : {}),
    });
  const newContext = async () => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
    context.setDefaultTimeout(patience);
    return context;
  };

  beforeAll(async () => {
    await installTools([{ name: 'kubectl', purpose: 'writes what a kubelet would' }]);
    writeRoster(5);
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    expect(code, output).toBe(0);
  });

  afterAll(async () => {
    await browser?.close();
    door?.interrupt();
    await end();
  });

  test('plan shows the students and whether they fit on the node, and changes nothing', async () => {
    const output = await done('plan');
    for (const name of students) expect(output).toContain(name);
    expect(output).toMatch(/all 5 can work, and [1-5] can run a job at the same time/);
    expect(existsSync(folder)).toBe(false);
    expect(await kube.list({ apiVersion: 'v1', kind: 'Namespace', labelSelector: 'firesteel/class' })).toEqual([]);
  });

  test('apply makes seats, door, kubeconfigs and hand-outs, for nobody else to read', async () => {
    await done('apply');
    expect(Object.keys(links()).sort()).toEqual(students);
    expect(new Set(Object.values(links())).size).toBe(5);
    expect(readdirSync(join(folder, 'kubeconfigs')).sort()).toEqual(students.map((name) => `${name}.yaml`));
    const modes = new Set(
      (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[])
        .map((name) => statSync(join(folder, name)))
        .filter((one) => one.isFile())
        .map(({ mode }) => mode & 0o777),
    );
    expect([...modes]).toEqual([0o600]);
  });

  test('a second apply writes nothing', async () => {
    const changes = () => changingRequests(auditLog, ({ user }) => user.username === 'firesteel-admin');
    const before = changes().length;
    const output = await done('apply');
    expect(output).toMatch(/all up to date \(\d+ objects\)/);
    expect(changes().slice(before)).toEqual([]);
  });

  test('start brings every notebook server up, with the notebook of the class', async () => {
    const output = await done('start');
    expect(output).toContain('5 of 5 ready');
    expect(await done('status')).toMatch(/5 students: 5 ready/);
    const events = (await done('status', '--json')).trim().split('\n');
    const { seats } = JSON.parse(events.at(-1) ?? '') as { seats: object[] };
    expect(seats).toEqual(students.map((student) => expect.objectContaining({ student, notebook: 'ready' })));
  });

  test('each student opens the link, two at a time, and computes π with an executor inside the quota', async () => {
    door = openDoor();
    await door.seen(/forwards to the class until Ctrl-C/);
    browser = await openBrowser({ keyHash: await keyHashOf(address, firstPort) });
    const waiting = Object.entries(links());
    const results: Record<string, string> = {};
    const work = async () => {
      const context = await newContext();
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [student, link] = next;
        const page = await enterSeat(context, link);
        results[student] = await runLesson(page, async () => {
          const executors = () => podsOf(student, 'spark-role=executor');
          await expect.poll(async () => (await executors()).length, { timeout: patience }).toBe(1);
        });
        await page.close();
      }
      await context.close();
    };
    await Promise.all([work(), work()]);
    expect(Object.keys(results).sort()).toEqual(students);
    for (const result of Object.values(results)) expect(result).toMatch(/^Pi is roughly 3\.1\d+$/);
  });

  test('a student computes it from the terminal, which has git, too', async () => {
    const page = await enterSeat(await newContext(), links()['grace-hopper'] ?? '');
    const submit = 'spark-submit /opt/spark/examples/src/main/python/pi.py 4 > pi.txt 2> pi.log';
    await typeInTerminal(page, `${gitLesson}; ${submit}`);
    await expect.poll(() => readWork(page, 'git.txt'), { timeout: patience }).toMatch(/^one$/m);
    await expect.poll(() => readWork(page, 'https.txt'), { timeout: patience }).toContain('Failed to connect');
    await expect.poll(() => readWork(page, 'pi.txt'), { timeout: patience }).toMatch(/^Pi is roughly 3\.1/m);
    await page.context().close();
  });

  test('a student computes it with the kubeconfig, and sees nothing of others', async () => {
    const path = join(folder, 'kubeconfigs', 'sam-oneil.yaml');
    const own = box.profile('sam', ownProfile('lab-sam-oneil', path));
    const { code, output } = await box.run('submit', 'pi', '--profile', own);
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(code).toBe(0);
    const sam = connectKube(() => ({ path, context: 'lab-sam-oneil' }), AbortSignal.timeout(patience));
    await expect(sam.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'lab-ada-lovelace' })).rejects.toThrow(
      /forbidden|may not/,
    );
  });

  test('pods have a limit of disk without naming one, and a pod that writes more than its limit is evicted', async () => {
    expect(await diskLimits(kube, 'lab-ada-lovelace')).toEqual(['2Gi']);
    expect(await endOfGreedyPod(kube, 'lab-ada-lovelace')).toBe('Evicted');
  });

  test('verify proves that seats are apart', async () => {
    const output = await done('verify');
    expect(output).toMatch(/All \d+ attempts end as expected: the seats are isolated\./);
    const { rows } = JSON.parse(readFileSync(join(folder, 'verify.json'), 'utf8')) as { rows: object[] };
    expect(rows.length).toBeGreaterThan(70);
  });

  test('removed objects make rows of verify fail, and apply restores them', async () => {
    const seats = { own: 'lab-ada-lovelace', neighbour: 'lab-albrecht-durer' };
    const putBack = await takeWallsDown({ kube, kubeconfig, node: 'course-1', className: 'lab', ...seats });
    const { code, output } = await classroom('verify');
    expect(code).toBe(1);
    expect(output).toMatch(/seats are not isolated: \d+ of \d+ attempts did not end as expected/);
    for (const row of fallen) expect(output, row).toMatch(new RegExp(`✖.*${row}`));
    expect(output).not.toContain('the seats are isolated.');
    await putBack();
    const level = await classroom('apply');
    expect([level.code, level.output]).toEqual([
      4,
      expect.stringMatching(/ada-lovelace: .*enforce \(set by kubectl-label\)/),
    ]);
    enforceLevel(kubeconfig, 'lab-ada-lovelace', 'restricted');
    await done('apply');
    expect(await done('verify')).toContain('the seats are isolated');
  });

  test('after a rotation the old link and its open seat no longer work', async () => {
    const old = links()['ada-lovelace'] ?? '';
    const page = await enterSeat(await newContext(), old);
    await done('rotate', 'ada-lovelace');
    const status = () => statusOf(page, '/api/status');
    await expect.poll(status, { timeout: 60_000 }).not.toBe(200);
    await visit(page, old);
    expect(await page.getByRole('heading').innerText()).not.toMatch(/^Welcome/);
    await page.context().close();
    const renewed = links()['ada-lovelace'] ?? '';
    expect(renewed).not.toBe(old);
    await (await enterSeat(await newContext(), renewed)).context().close();
  });

  test('files are pushed and collected, and nobody loses a change', async () => {
    const lesson = join(box.data, 'lesson.txt');
    const push = async (text: string) => {
      writeFileSync(lesson, text);
      return done('push', lesson);
    };
    const page = await enterSeat(await newContext(), links()['grace-hopper'] ?? '');
    await workBesidePushes(page, 'grace-hopper', push);
    await page.context().close();
    const home = join(box.data, 'home');
    await done('collect', 'lesson.txt', home);
    expect(students.map((name) => readFileSync(join(home, name, 'lesson.txt'), 'utf8'))).toEqual(
      students.map((name) => (name === 'grace-hopper' ? 'work\n' : 'three\n')),
    );
  });

  test('pause keeps the work, resume starts the servers again, reset restarts a hanging server', async () => {
    const page = await enterSeat(await newContext(), links()['ada-lovelace'] ?? '');
    const heading = async () => {
      await visit(page, `https://${new URL(page.url()).host}/lab`);
      return page.getByRole('heading').first().innerText();
    };
    expect(await done('pause')).toContain('5 of 5 paused');
    await expect.poll(async () => (await podsOf('ada-lovelace')).length, { timeout: 60_000 }).toBe(0);
    await expect.poll(heading, { timeout: patience }).toBe('Your teacher has paused the class');
    await done('resume');
    await page.getByRole('listitem', { name: /pi\.ipynb/ }).waitFor();
    await page.context().close();
    await done('reset', 'sam-oneil');
    expect(await done('status')).toMatch(/5 students: 5 ready/);
  });

  test('remove removes a student, and a student missing from the list is removed only with --prune', async () => {
    await done('remove', 'xiaoming-li');
    expect(await namespace('lab-xiaoming-li')).toBeUndefined();
    writeRoster(3);
    const kept = await done('apply');
    expect(kept).toContain('sam-oneil');
    expect(await namespace('lab-sam-oneil')).toBeDefined();
    const asked = await box.run('classroom', 'apply', '--prune', '--profile', profile, '--address', address);
    expect(asked.output).toContain('the seat of sam-oneil, with all the work in it');
    expect(asked.code).not.toBe(0);
    expect(await namespace('lab-sam-oneil')).toBeDefined();
    await done('apply', '--prune');
    expect(await namespace('lab-sam-oneil')).toBeUndefined();
  });

  test('destroy leaves nothing in the cluster and nothing here', async () => {
    await done('destroy');
    expect(existsSync(folder)).toBe(false);
    await expect.poll(() => leftOf(kube), { timeout: 60_000 }).toEqual([]);
    const volumes = () => kube.list({ apiVersion: 'v1', kind: 'PersistentVolume' });
    await expect.poll(volumes, { timeout: 60_000 }).toEqual([]);
  });
});
