// Finds rows that are not students: staff, people who left, test accounts, and averages.
import type { Columns } from './columns.ts';
import { plainTitle } from './fields.ts';

const words = (text: string): string[] => text.split(', ').map(plainTitle);

/** Parts of roles that have a seat; they win, for a tutor can be a student too. */
const studentRoles = words(
  'student, learner, participant, attendee, partecipante, teilnehmer, studierende, étudiant, apprenant, élève, estudiante, alumno, participante, studente, estudante, aluno, deelnemer, leerling, deltagare, deltaker, deltager, opiskelija, uczestnik, účastník, hallgató, tanuló, cursant, öğrenci, студент, учащийся, слухач, φοιτητής, 学生, 學生, 受講者, 학생, طالب, סטודנט',
);

const staffRoles = words(
  'teacher, instructor, staff, faculty, teaching assistant, assistant, tutor, designer, observer, course creator, administrator, admin, lecturer, professor, grader, facilitator, course builder, parent, guest, presenter, organizer, organiser, co-host, panelist, moderator, trainer, dozent, organisator, referent, lehrende, lehrkraft, leiter, betreuer, gast, enseignant, formateur, organisateur, présentateur, organizador, apresentador, moderador, organizzatore, relatore, professeur, gestionnaire, invité, profesor, docente, gestor, invitado, insegnante, tutore, professore, convidado, docent, leraar, lärare, lærer, underviser, opettaja, nauczyciel, prowadzący, učitel, vyučující, oktató, tanár, öğretmen, eğitmen, преподаватель, учитель, викладач, ассистент, асистент, καθηγητής, 教師, 教员, 教师, 老师, 교수, 조교, معلم, مدرس, מורה, מרצה',
);

/** Parts of roles that are staff although they name students. */
const staffFirst = words('hilfskraft');

/** Staff as a whole role only: a `Product Owner` is a student in a team. */
const wholeRoles = words('owner, manager, host, ta, maintain');

/** Roles of everybody in a group or course who has no other; `access` is that of Sakai. */
const memberRoles = words('member, mitglied, membre, miembro, membro');
const wholeMembers = words('access');

/** States of people who are no longer in a class. */
const goneStates = words(
  'no, false, 0, deleted, tobedeleted, inactive, dropped, drop, withdrawn, withdrew, suspended, concluded, completed, cancelled, canceled, disabled, rejected, removed, not current, unavailable, nein, inaktiv, gesperrt, non, inactif, suspendu, inactivo, suspendido, inattivo, sospeso, não, inativo, suspenso, nee, inactief, nej, nei, ei, nie, ne, nem, hayır, нет, 否, いいえ',
);

const presentStates = words(
  'yes, true, 1, active, enrolled, current, available, registered, invited, pending, completed registration, accepted, ja, aktiv, oui, actif, sí, activo, sì, attivo, sim, ativo, actief, joo, kyllä, tak, ano, igen, evet, да, 是, はい',
);

/** First cells of rows that gradebooks write below the titles or at the end. */
const betweenPeople = words(
  'points possible, date, points, datum, punkte, fecha, puntos, data, punti, pontos, due date, maximum, minimum, count, anzahl',
);

/** First cells of rows that sum up the rows above. */
const totals = words(
  'average, class average, overall average, mean, median, total, totals, ergebnis, gesamt, summe, mittelwert, durchschnitt, somme, moyenne, totale, promedio, suma, totaal, media, média',
);

/** Whether the row of someone in this role is one of staff; undefined for a role that nobody knows. */
export function isStaff(role: string): boolean | undefined {
  const plain = plainTitle(role);
  if (staffFirst.some((word) => plain.includes(word))) return true;
  if (studentRoles.some((word) => plain.includes(word))) return false;
  const whole = role.split(/[,;]/).map(plainTitle);
  if (wholeRoles.some((word) => whole.includes(word)) || staffRoles.some((word) => plain.includes(word))) return true;
  const isMember = wholeMembers.includes(plain) || memberRoles.some((word) => plain.includes(word));
  return isMember ? false : undefined;
}

/** Whether someone in this state has left; undefined for a state that nobody knows. */
export function hasLeft(state: string): boolean | undefined {
  const plain = plainTitle(state);
  if (goneStates.includes(plain)) return true;
  return presentStates.includes(plain) ? false : undefined;
}

/** Whether a row without login, address and id is a program's, such as Canvas's `Points Possible`. */
export const isBetweenPeople = (firstCell: string): boolean =>
  betweenPeople.includes(plainTitle(firstCell)) || isTotal(firstCell);

/** What reports write below a list: `Students: 25`, `Stand: 30.11.2026`, `Exported on 2026-11-30`, `(2 rows)`, `Page 1 of 1`. */
const footer =
  /:\s*\d[\d.:/ -]*$|\b(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b|^\(\d+ \p{L}+\)$|^\p{L}+ \d+ ?(?:\/|\p{L}+) ?\d+$/u;

/** Whether a row sums up the others, as `Total` and `Total: 20` do, or says where the list comes from. */
export const isTotal = (firstCell: string): boolean =>
  totals.includes(plainTitle(firstCell.split(':')[0] ?? '')) || footer.test(firstCell);

/** Whether a row is the account that Canvas or Blackboard make for a teacher's own tests. */
export function isTestAccount(name: string, login: string, { byField }: Columns): boolean {
  if (/_previewuser$/i.test(login)) return true;
  const isCanvas = byField.login?.title === 'SIS Login ID';
  return isCanvas && ['studenttest', 'teststudent'].includes(plainTitle(name));
}
