// What minikube says while it works, line by line.
import { describe, expect, test } from 'vitest';
import { createEventReader, percent } from '../../../../tasks/clusters/minikube/events.ts';

describe('events', () => {
  const event = (type: string, data: object) => JSON.stringify({ type: `io.k8s.sigs.minikube.${type}`, data });
  const read = (...lines: string[]) => {
    const shown: string[] = [];
    const reader = createEventReader((line) => shown.push(line));
    for (const line of lines) reader.read(line);
    return { shown, reader };
  };

  test('show the names of steps, downloads in percent, and warnings', () => {
    const { shown } = read(
      event('step', { currentstep: '3', totalsteps: '19', name: 'Starting Node', message: 'Starting "minikube"' }),
      event('step', { currentstep: '', name: '', message: 'Stopping node' }),
      event('download', { artifact: 'preload.tar.lz4' }),
      event('download.progress', { artifact: 'preload.tar.lz4', progress: '0.426', currentstep: '3' }),
      event('warning', { message: 'untested\nconfiguration' }),
      event('info', { message: 'MINIKUBE_HOME=/x' }),
    );
    expect(shown).toEqual([
      'Starting Node',
      'Stopping node',
      'downloading preload.tar.lz4',
      'downloading preload.tar.lz4 43 %',
      'warning: untested configuration',
    ]);
  });

  test.each([
    ['NaN', 0],
    ['+Inf', 0],
    ['-0.2', 0],
    ['1.7', 100],
    ['0.5', 50],
    ['', 0],
  ])('take a progress of "%s" as %i %%', (progress, expected) => expect(percent(progress)).toBe(expected));

  test('that are errors without an exit code are no reason', () => {
    const { reader } = read(
      event('error', { message: 'The "docker" driver should not be used with root privileges.' }),
    );
    expect(reader.error(1)).toBeUndefined();
    expect(reader.lines()).toEqual(['The "docker" driver should not be used with root privileges.']);
  });

  test('that were passed over by --force are not the reason, though they have an exit code', () => {
    const { reader } = read(
      event('error', { name: 'RSRC_INSUFFICIENT_CORES', exitcode: '29', message: 'few' }),
      event('error', { name: 'GUEST_START', exitcode: '80', message: 'failed' }),
      event('error', { name: 'OTHER', exitcode: '29', message: 'later' }),
    );
    expect(reader.error(80)?.id).toBe('GUEST_START');
  });

  test('may stand among other lines, which are kept', () => {
    const { shown, reader } = read(
      'E1121 17:00:00.000000       1 start.go:1] noise',
      '{"type": "broken"',
      '[1]',
      event('step', { name: 'Done' }),
      'X Exiting due to GUEST_STATUS: state: unknown state "minikube"',
      '│    * Please run `minikube logs`    │',
    );
    expect(shown).toEqual(['Done']);
    expect(reader.error(80)).toMatchObject({ id: 'GUEST_STATUS', message: 'state: unknown state "minikube"' });
    expect(reader.lines().join()).not.toMatch(/noise|Please/);
  });

  test('leave out advice that minikube forgot to fill in', () => {
    const { reader } = read(event('error', { name: 'X', exitcode: '1', advice: "use '--memory={{.advised}}mb'" }));
    expect(reader.error(1)?.advice).toBe('');
  });
});
