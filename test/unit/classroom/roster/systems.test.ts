// Titles of school and university systems, and of lists that people write by hand in many languages.
import { describe, expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const read = (...rows: string[]) => readRoster(put('list.csv', `${rows.join('\n')}\n`));

describe('a list is read by its titles:', () => {
  const ada = { shown: 'Ada Lovelace' };

  test.each<[system: string, titles: string, row: string, person: object]>([
    ['by hand', 'First,Last,Email', 'Ada,Lovelace,ada@x.example', ada],
    ['PowerSchool', 'Student_Number,LastFirst', '1001,"Lovelace, Ada"', { ...ada, key: '1001' }],
    [
      'WebUntis',
      'name;longName;foreName;klasse.name;id;externKey;address.email',
      'LovelacAda;Lovelace;Ada;10b;3312;998;ada@x.example',
      { ...ada, key: 'ada', group: '10b' },
    ],
    ['WebUntis, German', 'Langname;Vorname;Klasse;ID', 'Lovelace;Ada;10b;44', { ...ada, key: '44', group: '10b' }],
    ['Stud.IP', 'Vorname;Nachname;Nutzername;E-Mail', 'Ada;Lovelace;al;ada@x.example', { ...ada, key: 'al' }],
    ['HIS', 'mtknr;nachname;vorname', '1234567;Lovelace;Ada', { ...ada, key: '1234567' }],
    [
      'CAMPUSonline',
      'FAMILY_NAME_OF_STUDENT;FIRST_NAME_OF_STUDENT;REGISTRATION_NUMBER',
      'Lovelace;Ada;01234567',
      { ...ada, key: '01234567' },
    ],
    [
      'Microsoft Entra',
      'userPrincipalName,displayName,surname,mail,givenName,id',
      'ada@x.example,Ada Lovelace,Lovelace,,Ada,0f3',
      { ...ada, key: 'ada' },
    ],
    [
      'Microsoft Entra, bulk',
      'Name [displayName] Required,User name [userPrincipalName] Required',
      'Ada Lovelace,ada@x.example',
      { ...ada, key: 'ada' },
    ],
    ['GitHub Classroom', 'github_username,roster_identifier', ',lovelace-42', { key: 'lovelace-42' }],
    [
      'Moodle, upload',
      'username,firstname,lastname,group1',
      'al,Ada,Lovelace,Group A',
      { ...ada, key: 'al', group: 'Group A' },
    ],
    ['titles about students', 'Student First Name,Student Last Name,Student Email', 'Ada,Lovelace,ada@x.example', ada],
    ['preferred names', 'Preferred Name,Last Name,Email', 'Ada,Lovelace,ada@x.example', ada],
    ['Russian', 'ФИО студента;Группа;Эл. почта', 'Ада Лавлейс;А;ada@x.example', { shown: 'Ада Лавлейс', key: 'ada' }],
    ['Ukrainian', 'ПІБ;Група', 'Ада Лавлейс;А', { shown: 'Ада Лавлейс' }],
    ['Thai', 'รหัสนักศึกษา,ชื่อ,นามสกุล,อีเมล', '65,สมชาย,ใจดี,s@x.example', { shown: 'สมชาย ใจดี', id: '65', key: 's' }],
    ['Thai in one column', 'รหัสนักศึกษา,ชื่อ-นามสกุล', '65,สมชาย ใจดี', { shown: 'สมชาย ใจดี', key: '65' }],
    ['Persian', 'نام,نام خانوادگی,شماره دانشجویی', 'آدا,لاولیس,9912', { shown: 'آدا لاولیس', key: '9912' }],
    ['Arabic', 'اسم الطالب,البريد الالكتروني', 'آدا,ada@x.example', { shown: 'آدا', key: 'ada' }],
    ['Hebrew', 'שם התלמיד,מייל', 'עדה,ada@x.example', { shown: 'עדה', key: 'ada' }],
    ['Chinese', '学生姓名,电子邮箱', '王伟,w@x.example', { shown: '王伟', key: 'w' }],
    ['Japanese', '学生番号,学生氏名,組', 'A001,山田太郎,1', { shown: '山田太郎', key: 'a001', group: '1' }],
    ['Vietnamese', 'MSSV,Họ và tên,Lớp', '2021,Trần B,KHMT', { shown: 'Trần B', key: '2021', group: 'KHMT' }],
    ['Indonesian', 'NIM,Nama Mahasiswa,Kelas', '1301,Siti Aminah,IF-1', { shown: 'Siti Aminah', key: '1301' }],
    ['Hindi', 'छात्र का नाम,ईमेल', 'आदा,ada@x.example', { shown: 'आदा', key: 'ada' }],
    ['Spanish', 'DNI;Apellidos, Nombre;Correo institucional', '1X;Lovelace, Ada;ada@x.example', { ...ada, key: 'ada' }],
    ['Spanish, name first', 'Nombre y apellidos;Correo', 'Ada Lovelace;ada@x.example', ada],
    [
      'Italian',
      'Cognome Nome;E-mail istituzionale',
      'Lovelace Ada;ada@x.example',
      { shown: 'Lovelace Ada', key: 'ada' },
    ],
    ['Portuguese', 'Nome do aluno;E-mail', 'Ada Lovelace;ada@x.example', ada],
    ['French', 'N° étudiant;Prénom Nom;Groupe TD', '218;Ada Lovelace;TD1', { ...ada, key: '218', group: 'TD1' }],
    ['Dutch', 'Stamnr;Roepnaam;Tv;Achternaam', '9;Jan;de;Vries', { shown: 'Jan de Vries', key: '9' }],
    ['Polish', 'Nazwisko i imię;Nr indeksu', 'Lovelace Ada;123', { shown: 'Lovelace Ada', key: '123' }],
    ['Turkish', 'Öğrenci No;Adı Soyadı;Sınıfı', '2026;Ada Lovelace;10-A', { ...ada, key: '2026', group: '10-A' }],
    ['Bulgarian', 'Факултетен номер;Име;Фамилия', '19;Ада;Лъвлейс', { shown: 'Ада Лъвлейс', key: '19' }],
  ])('%s', async (_, titles, row, person) => {
    const roster = await read(titles, row);
    expect(roster.people).toMatchObject([person]);
    expect(roster.notices).toEqual([]);
  });
});

test('titles below merged ones are read', async () =>
  expect((await read('Student,,Contact', 'First,Last,Email', 'Ada,Lovelace,ada@x.example')).people).toMatchObject([
    { shown: 'Ada Lovelace', key: 'ada' },
  ]));

test('a preferred name beside the whole name stays out', async () =>
  expect((await read('Name,Preferred Name,Login', 'Augusta King,Ada,al', 'Grace Hopper,,gh')).people).toMatchObject([
    { shown: 'Augusta King' },
    { shown: 'Grace Hopper' },
  ]));

test.each([
  ['Course Member', 'Course Tutor'],
  ['Kursmitglied', 'Kursadministrator'],
  ['access', 'maintain'],
  ['member', 'owner'],
  ['Member', 'Staff member'],
  ['Member', 'Faculty'],
  ['Student', 'Accessibility assistant'],
])('a %s has a seat, and a %s has none', async (student, staff) => {
  const { people, notices } = await read('Name,Login,Rolle/Status', `Ada,ada,${student}`, `Rita,rita,${staff}`);
  expect(people.map(({ shown }) => shown)).toEqual(['Ada']);
  expect(notices).toEqual([`left out: 1 row that has \`Rolle/Status\` "${staff}"`]);
});
