// Class lists as programs export them, with people who do not exist: each is read without a flag.
import { expect, test } from 'vitest';
import type { Person } from '../../../../tasks/classroom/roster/people.ts';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { workbook } from '../../../fakes/workbook.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const lines = (...rows: string[]): string => `${rows.join('\r\n')}\r\n`;
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const windows1252 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A person in one line: key, name, address, group. */
const short = ({ key, shown, email, group }: Person) => [key, shown, email, group].filter(Boolean).join(' · ');

interface Export {
  title: string;
  content: string | Uint8Array;
  by: string;
  people: string[];
  notices?: string[];
}

const exports: Export[] = [
  {
    title: "Canvas's gradebook",
    content: lines(
      'Student,ID,SIS User ID,SIS Login ID,Section,Essay (1234),Essays Current Score,Final Grade',
      ',,,,,Manual Posting,,',
      '    Points Possible,,,,,10.00,(read only),(read only)',
      '"Lovelace, Ada",101,00412345,alovelace,Spark 101-A,9.00,90.00,A',
      '"King, Martin Luther, Jr.",102,00412346,mking,"Spark 101-A and Spark 101-B",EX,,',
      '"Student, Test",199,,5f1cbb0a7c3e49c0b1d2a3f4e5d6c7b8a9f0e1d2,Spark 101-A,N/A,,',
    ),
    by: 'people by `SIS Login ID`, names from `Student`, groups from `Section`',
    people: ['alovelace · Ada Lovelace · Spark 101-A', 'mking · Martin Luther King, Jr. · Spark 101-A and Spark 101-B'],
    notices: [
      'left out: 1 row that has neither a name nor another value that identifies a person',
      'left out: 1 row that is "Points Possible", not a person',
      'left out: 1 row that is a test account',
    ],
  },
  {
    title: "Canvas's gradebook with two columns for names, addresses as logins and semicolons",
    content: `\ufeff${lines(
      'LastName;FirstName;ID;SIS Login ID;Section',
      '    Points Possible;;;;',
      'Nuñez;José;7;jose.nunez@uni.example;Grupo A',
      'Zhang;Wei;8;wei.zhang@uni.example;Grupo B',
    )}`,
    by: 'people by `SIS Login ID`, names from `FirstName` and `LastName`, groups from `Section`',
    people: [
      'jose.nunez · José Nuñez · jose.nunez@uni.example · Grupo A',
      'wei.zhang · Wei Zhang · wei.zhang@uni.example · Grupo B',
    ],
    notices: ['left out: 1 row that is "Points Possible", not a person'],
  },
  {
    title: "Canvas's users.csv for student systems",
    content: lines(
      'user_id,login_id,authentication_provider_id,first_name,last_name,short_name,email,status',
      '01103,bsmith,,Bob,Smith,Bobby,bob.smith@uni.example,active',
      '13834,jdoe,google,Jane,Doe,,jane.doe@uni.example,active',
      '13aa3,psue,7,Peggy,Sue,,peggy.sue@uni.example,deleted',
    ),
    by: 'people by `login_id`, names from `first_name` and `last_name`, addresses from `email`',
    people: ['bsmith · Bob Smith · bob.smith@uni.example', 'jdoe · Jane Doe · jane.doe@uni.example'],
    notices: ['left out: 1 row that has `status` "deleted"'],
  },
  {
    title: "Moodle's participants",
    content: lines(
      '"First name","Last name","Email address",Roles,Groups,"Last access to course",Status',
      'Ada,Lovelace,ada.lovelace@uni.example,Student,"Group 1, Group 2","2 days 3 hours",Active',
      'Charles,Babbage,charles.babbage@uni.example,Teacher,,"5 secs",Active',
      'Mary,Somerville,mary.somerville@uni.example,"Non-editing teacher","Group 1",Never,Active',
      'Grace,Hopper,grace.hopper@uni.example,Student,"Group 1",Never,Suspended',
    ),
    by: 'people by `Email address`, names from `First name` and `Last name`, addresses from `Email address`, groups from `Groups`',
    people: ['ada.lovelace · Ada Lovelace · ada.lovelace@uni.example · Group 1, Group 2'],
    notices: [
      'left out: 1 row that has `Roles` "Teacher"',
      'left out: 1 row that has `Roles` "Non-editing teacher"',
      'left out: 1 row that has `Status` "Suspended"',
    ],
  },
  {
    title: "a German Moodle's participants",
    content: `\ufeff${lines(
      'Vorname;Nachname;Matrikelnummer;E-Mail-Adresse;Rollen;Gruppen',
      'Jürgen;Groß;0123456;juergen.gross@uni.example;Teilnehmer/in;Gruppe 1',
      'Käthe;Öztürk;0123457;kaethe@uni.example;Teilnehmer/in, Tutor/in;Gruppe 2',
      'Rita;Leiter;;rita@uni.example;Trainer/in;',
    )}`,
    by: 'people by `E-Mail-Adresse`, names from `Vorname` and `Nachname`, addresses from `E-Mail-Adresse`, groups from `Gruppen`',
    people: [
      'juergen.gross · Jürgen Groß · juergen.gross@uni.example · Gruppe 1',
      'kaethe · Käthe Öztürk · kaethe@uni.example · Gruppe 2',
    ],
    notices: ['left out: 1 row that has `Rollen` "Trainer/in"'],
  },
  {
    title: "a French Moodle's grades",
    content: lines(
      'Prénom,"Nom de famille","Numéro d\'identification",Institution,Département,"Adresse de courriel","Total du cours (Brut)","Dernier téléchargement depuis ce cours"',
      'Zoé,Lefèvre,21804567,,,zoe.lefevre@univ.example,12.5,1764000000',
    ),
    by: 'people by `Adresse de courriel`, names from `Prénom` and `Nom de famille`, addresses from `Adresse de courriel`',
    people: ['zoe.lefevre · Zoé Lefèvre · zoe.lefevre@univ.example'],
  },
  {
    title: "a Japanese Moodle's participants",
    content: lines(
      '名,姓,メールアドレス,グループ',
      '太郎,山田,taro@univ.example,A組',
      '花子,鈴木,hanako@univ.example,B組',
    ),
    by: 'people by `メールアドレス`, names from `名` and `姓`, addresses from `メールアドレス`, groups from `グループ`',
    people: ['taro · 山田太郎 · taro@univ.example · A組', 'hanako · 鈴木花子 · hanako@univ.example · B組'],
  },
  {
    title: "Moodle's participants as a workbook",
    content: workbook(
      {
        Participants: [
          ['First name', 'Last name', 'ID number', 'Email address', 'Groups'],
          ['Ada', 'Lovelace', '007', 'ada@uni.example', 'A & B'],
          ['Đặng', 'Thái Sơn', '008', 'son@uni.example', null],
        ],
      },
      'inline',
    ),
    by: 'people by `Email address`, names from `First name` and `Last name`, addresses from `Email address`, groups from `Groups`',
    people: ['ada · Ada Lovelace · ada@uni.example · A & B', 'son · Đặng Thái Sơn · son@uni.example'],
  },
  {
    title: "Blackboard's UTF-16 with tabs, named .xls",
    content: utf16(
      lines(
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t"Child Course ID"\t"Weighted Total [Total Pts: up to 0] |98765"',
        '"Łukasiewicz"\t"Jan"\t"jluk"\t"S0001"\t"2026-11-20 10:11:12"\t"Yes"\t"CS101.A"\t""',
        '"Doe"\t"Jane"\t"jdoe"\t"S0002"\t""\t"No"\t"CS101.B"\t""',
        '"Lovelace_PreviewUser"\t"Ada"\t"alovelace_previewuser"\t""\t""\t"Yes"\t""\t""',
      ),
    ),
    by: 'people by `Username`, names from `First Name` and `Last Name`',
    people: ['jluk · Jan Łukasiewicz'],
    notices: ['left out: 1 row that has `Availability` "No"', 'left out: 1 row that is a test account'],
  },
  {
    title: "Brightspace's grades",
    content: lines(
      'OrgDefinedId,Username,Last Name,First Name,Email,Essay Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator',
      '#00412345,#alovelace,Lovelace,Ada,ada@college.example,9,#',
      '#00412346,#ghopper,Hopper,Grace,grace@college.example,,#',
    ),
    by: 'people by `Username`, names from `First Name` and `Last Name`, addresses from `Email`',
    people: ['alovelace · Ada Lovelace · ada@college.example', 'ghopper · Grace Hopper · grace@college.example'],
  },
  {
    title: "Google Classroom's grades",
    content: lines(
      'Last Name,First Name,Email Address,Quiz 1,Essay',
      'Date,,,2026-11-02,2026-11-09',
      'Points,,,10,100',
      'Lovelace,Ada,ada@school.example,9,95',
      'Hopper,Grace,grace@school.example,,',
    ),
    by: 'people by `Email Address`, names from `First Name` and `Last Name`, addresses from `Email Address`',
    people: ['ada · Ada Lovelace · ada@school.example', 'grace · Grace Hopper · grace@school.example'],
    notices: ['left out: 1 row that is "Date", not a person', 'left out: 1 row that is "Points", not a person'],
  },
  {
    title: "GitHub Classroom's roster, with people who have linked no account",
    content: lines(
      '"identifier","github_username","github_id","name"',
      '"lovelace-42","ada-l","1234567",""',
      '"hopper-43","","",""',
      '"somerville-44","mary-s","7654321","Mary Somerville"',
    ),
    by: 'people by `identifier`, names from `name`',
    people: ['lovelace-42 · lovelace-42', 'hopper-43 · hopper-43', 'somerville-44 · Mary Somerville'],
  },
  {
    title: "Excel's CSV UTF-8",
    content: `\ufeff${lines('Name,E-Mail,Kurs', 'Änne Müller,aenne@schule.example,10b', 'Ümit Yılmaz,uemit@schule.example,10b', ',,')}`,
    by: 'people by `E-Mail`, names from `Name`, addresses from `E-Mail`, groups from `Kurs`',
    people: ['aenne · Änne Müller · aenne@schule.example · 10b', 'uemit · Ümit Yılmaz · uemit@schule.example · 10b'],
  },
  {
    title: "Excel's plain CSV of a German Windows",
    content: windows1252(
      lines('Name;Vorname;Benutzername', 'Müller;Änne;amueller', 'Groß;Jörg;jgross', 'Schulz;Eva;eschulz'),
    ),
    by: 'people by `Benutzername`, names from `Vorname` and `Name`',
    people: ['amueller · Änne Müller', 'jgross · Jörg Groß', 'eschulz · Eva Schulz'],
    notices: [
      'the list is not UTF-8, so it is read as Windows-1252: Änne Müller and Jörg Groß; if a name is wrong, export the list as CSV (UTF-8)',
    ],
  },
  {
    title: 'a CSV that names its separator',
    content: lines('sep=;', 'Full name;Login', 'Lovelace, Ada;ada', 'Hopper, Grace;grace'),
    by: 'people by `Login`, names from `Full name`',
    people: ['ada · Ada Lovelace', 'grace · Grace Hopper'],
  },
  {
    title: "Excel's Unicode text without a mark",
    content: Buffer.from(lines('Apellidos\tNombre\tCorreo', 'Núñez\tIñaki\tinaki@uni.example'), 'utf16le'),
    by: 'people by `Correo`, names from `Nombre` and `Apellidos`, addresses from `Correo`',
    people: ['inaki · Iñaki Núñez · inaki@uni.example'],
  },
  {
    title: 'an Excel workbook with a heading, numbers and a second sheet',
    content: workbook({
      Notes: [['Do not forget the projector']],
      Class: [
        ['Spark 101, winter 2026', null, null],
        [null, null, null],
        ['Student ID', 'Student Name', 'Team'],
        [20_261_234, 'Ada Lovelace', 'red'],
        [20_261_235, 'Grace Hopper', 'blue'],
      ],
    }),
    by: 'people by `Student ID`, names from `Student Name`, groups from `Team`',
    people: ['20261234 · Ada Lovelace · red', '20261235 · Grace Hopper · blue'],
    notices: ['reading sheet "Class", one of 2'],
  },
  {
    title: 'cells that a program has kept from Excel',
    content: lines('Student ID,Name', '"=""00123""",Ada', "'00124,Grace"),
    by: 'people by `Student ID`, names from `Name`',
    people: ['00123 · Ada', '00124 · Grace'],
  },
  {
    title: 'a typed list of names',
    content: 'Ada Lovelace\nGrace "Amazing" Hopper\n\nMary Somerville\n',
    by: 'people by `name`, names from `name`',
    people: [
      'ada lovelace · Ada Lovelace',
      'grace "amazing" hopper · Grace "Amazing" Hopper',
      'mary somerville · Mary Somerville',
    ],
  },
  {
    title: 'a typed list of names, last name first',
    content: 'Lovelace, Ada\nHopper, Grace\nSukarno\n',
    by: 'people by `name`, names from `name`',
    people: ['ada lovelace · Ada Lovelace', 'grace hopper · Grace Hopper', 'sukarno · Sukarno'],
  },
  {
    title: 'a typed list of addresses, some with names',
    content: 'ada@uni.example\nGrace Hopper <Grace.Hopper@uni.example>\nMary Somerville, mary@uni.example\n',
    by: 'people by `address`, names from `name`, addresses from `address`',
    people: [
      'ada · ada@uni.example · ada@uni.example',
      'grace.hopper · Grace Hopper · Grace.Hopper@uni.example',
      'mary · Mary Somerville · mary@uni.example',
    ],
  },
  {
    title: 'a line of addresses from the head of a mail',
    content: '"Lovelace, Ada" <ada@uni.example>; Grace Hopper <grace@uni.example>; mary@uni.example',
    by: 'people by `address`, names from `name`, addresses from `address`',
    people: [
      'ada · Ada Lovelace · ada@uni.example',
      'grace · Grace Hopper · grace@uni.example',
      'mary · mary@uni.example · mary@uni.example',
    ],
  },
  {
    title: 'a typed list of numbers',
    content: '20261234\n20261235\n',
    by: 'people by `number`',
    people: ['20261234 · 20261234', '20261235 · 20261235'],
  },
];

test.each(exports)('$title is read', async ({ content, by, people, notices = [] }) => {
  const roster = await readRoster(put('list.csv', content));
  expect(roster.people.map(short)).toEqual(people);
  expect(roster.columns).toBe(by);
  expect(roster.notices).toEqual(notices);
});
