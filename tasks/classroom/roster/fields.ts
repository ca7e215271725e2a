// Titles of columns in many languages, and the field that each one means.

/** What a column can hold. */
export type Field =
  | 'login'
  | 'email'
  | 'id'
  | 'first'
  // What stands before a last name, such as `van der`.
  | 'prefix'
  | 'last'
  // What stands behind it, as Spanish names have a second.
  | 'second'
  | 'full'
  | 'group'
  | 'role'
  | 'state';

/** A title without what people and programs write in different ways: case, accents, blanks, dots, dashes, brackets. */
export const plainTitle = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replace(/[^\p{L}\p{N}]/gu, '');

/**
 * Titles of each field. Of two columns, the one in an earlier line is taken; two in the same line are both possible, and
 * someone has to say which.
 */
const titles: Record<Field, string[]> = {
  login: [
    'sis login id',
    'username, login, login id, user, user name, user login, netid, net id, uid, account, benutzername, anmeldename, kennung, benutzerkennung, identifiant, nom d’utilisateur, usuario, nombre de usuario, nome utente, utente, utilizador, nome de usuário, nome de utilizador, gebruikersnaam, användarnamn, brukernavn, brugernavn, käyttäjätunnus, käyttäjänimi, nazwa użytkownika, uživatelské jméno, používateľské meno, felhasználónév, nume de utilizator, korisničko ime, kullanıcı adı, имя пользователя, логин, ім’я користувача, όνομα χρήστη, ユーザー名, ユーザ名, 用户名, 使用者名稱, 사용자 이름, 아이디, اسم المستخدم, שם משתמש',
    'github_username',
    'login name, loginname, nutzername, nutzerkennung, user principal name, upn, sign in name',
  ],
  email: [
    'email, e-mail, emails, e-mails, email address, email addresses, e-mail addresses, student email address, user email, e-mail address, mail, email id, student email, e-mail-adresse, mailadresse, e-mail adresse, adresse de courriel, adresse e-mail, adresse électronique, adresse mail, courriel, correo, correo electrónico, dirección de correo, dirección de correo electrónico, dirección email, email del estudiante, indirizzo email, indirizzo e-mail, posta elettronica, endereço de email, endereço de e-mail, endereço de correio eletrónico, e-mailadres, e-postadress, e-post, epost, e-postadresse, mejladress, mailadress, sähköposti, sähköpostiosoite, adres e-mail, adres email, e-mailová adresa, e-mailcím, e-mail cím, adresă de email, adresa e-pošte, e-poštni naslov, e-posta helbidea, địa chỉ email, alamat email, e-posta, e-posta adresi, адрес электронной почты, электронная почта, почта, електронна пошта, ηλεκτρονικό ταχυδρομείο, διεύθυνση email, メールアドレス, 电子邮件, 电子邮箱, 邮箱, 電子郵件, 이메일, 이메일 주소, البريد الإلكتروني, כתובת דוא"ל',
    'school email, university email, institutional email, primary email, contact email, address.email, mail address, schul-e-mail, schulmail, uni-e-mail, dienstliche e-mail, correo institucional, email institucional, e-mail institucional, email istituzionale, mail étudiant, adreça electrònica, enderezo de correo, эл. почта, электронный адрес, имейл, メール, 邮箱地址, 信箱, อีเมล, ایمیل, پست الکترونیک, الإيميل, דוא"ל, מייל, אימייל, ईमेल, surel',
  ],
  id: [
    'sis user id',
    'orgdefinedid',
    'id number, student id, student number, student no, user_id, userid, identifier, matriculation number, matrikelnummer, matrikelnr, matr.nr., matrikel, studentnummer, studierendennummer, numéro d’étudiant, numéro étudiant, numéro d’identification, code étudiant, número de id, número de identificación, número de alumno, número de estudiante, matrícula, expediente, matricola, numero di matricola, numero id, codice identificativo, número de aluno, número de identificação, studienummer, id-nummer, opiskelijanumero, tunnistenumero, numer albumu, numer identyfikacyjny, nr albumu, osobní číslo, identifikační číslo, neptun-kód, azonosítószám, număr matricol, öğrenci no, öğrenci numarası, id numarası, номер зачетной книжки, индивидуальный номер, номер студента, αριθμός μητρώου, 学籍番号, 学号, 學號, 학번, الرقم الجامعي, מספר סטודנט',
    'id',
    'integration id',
    'roster_identifier, registration number, registration no, roll number, roll no, enrollment number, enrolment number, admission number, student code, mtknr, matnr, externkey, n° étudiant, no étudiant, code apogée, matricule, dni, legajo, número mecanográfico, studentnr, leerlingnummer, stamnummer, stamnr, nr indeksu, numer indeksu, učo, факултетен номер, номер студенческого билета, 学生番号, mssv, mã sv, mã sinh viên, mã số sinh viên, nim, รหัสนักศึกษา, รหัสนักเรียน, شماره دانشجویی, رقم الطالب, ת.ז., תעודת זהות',
  ],
  first: [
    'first name, firstname, roepnaam, given name, given names, givenname, forename, vorname, prénom, prénoms, nombre, nombres, nome próprio, voornaam, förnamn, fornavn, etunimi, etunimet, imię, imiona, jméno, křestní jméno, meno, keresztnév, prenume, ime, ad, adı, имя, ім’я, όνομα, eesnimi, vardas, vārds, nom de pila, izena, име, tên, nama depan, 名, 名字, 이름, الاسم الأول, שם פרטי',
    'first, given, forenames, vornamen, rufname, first name of student, prénom usuel, ชื่อ, نام',
    'preferred first name, preferred name, chosen name',
    'legal first name',
  ],
  prefix: ['tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, tv'],
  last: [
    'last name, lastname, surname, family name, familyname, nachname, familienname, zuname, nom de famille, apellido, apellidos, apellido(s), primer apellido, apellido 1, cognome, sobrenome, apelido, último nome, achternaam, efternamn, etternavn, efternavn, sukunimi, nazwisko, příjmení, priezvisko, priimek, apelido(s), deitura, deiturak, abizena, abizenak, презиме, фамилно име, họ, họ và tên đệm, nama belakang, vezetéknév, családnév, nume de familie, prezime, soyad, soyadı, фамилия, прізвище, επώνυμο, perekonnanimi, pavardė, uzvārds, cognoms, 姓, 姓氏, 성, اسم العائلة, שם משפחה',
    'last, surnames, long name, langname, family name of student, legal last name, preferred last name, nom d’usage, họ đệm, họ lót, นามสกุล, نام خانوادگی',
  ],
  second: ['segundo apellido, apellido 2'],
  full: [
    'student, student name, students, student names, names, participants, pupil, pupil name, last name first name, first name last name, schüler, schüler/in, schülerin, teilnehmende, name vorname, nachname vorname, vorname name, vorname nachname, vor- und nachname, élève, élèves, alumno/a, aluno(a), alunno, leerling, full name, fullname, full_name, display name, learner, teilnehmer/in, teilnehmer, studierende/r, nom complet, étudiant, nom et prénom, nom prénom, nombre completo, apellidos y nombre, estudiante, alumno, nome completo, nome e cognome, cognome e nome, studente, estudante, aluno, volledige naam, fullständigt namn, fullt navn, fulde navn, koko nimi, imię i nazwisko, celé jméno, teljes név, nume complet, ad soyad, adı soyadı, ad soyadı, фио, ф.и.о., полное имя, ονοματεπώνυμο, họ và tên, họ tên, nama lengkap, ime in priimek, ime i prezime, 氏名, 姓名, 全名, 성명, الاسم الكامل, שם מלא, last first, first last, surname first name, first name surname, student/in, lernende, prénom nom, prénom et nom, nom et prénoms, apellidos nombre, nombre apellidos, nombre y apellido, nombre y apellidos, apellido y nombre, apellidos y nombres, nombre del alumno, nombre del estudiante, nome do aluno, nome do estudante, nome dello studente, cognome nome, nome cognome, elev, nazwisko i imię, příjmení a jméno, jméno a příjmení, priezvisko a meno, meno a priezvisko, öğrenci, öğrenci adı soyadı, фио студента, фамилия имя, фамилия имя отчество, фамилия и имя, имя и фамилия, студент, ученик, піб, прізвище та ім’я, прізвище ім’я по батькові, nama mahasiswa, nama siswa, 学生姓名, 學生姓名, 学生氏名, 生徒氏名, 학생 이름, اسم الطالب, نام و نام خانوادگی, שם התלמיד, שם הסטודנט, ชื่อ-นามสกุล, ชื่อ-สกุล, छात्र का नाम',
    'name, nom, nome, naam, namn, navn, nimi, név, nume, nama, नाम, 名前, 이름, الاسم, שם, ชื่อ, نام',
  ],
  group: [
    'group, groups, gruppe, gruppen, groupe, groupes, grupo, grupos, gruppo, gruppi, groep, groepen, grupp, grupper, ryhmä, ryhmät, grupa, grupy, skupina, skupiny, csoport, grupuri, grup, gruplar, группа, группы, група, ομάδα, グループ, 小组, 群組, 그룹, المجموعة, קבוצה',
    'section, sections, sektion, sección, sezione, seção',
    'class, klasse, classe, clase, klas, klass, luokka, klasa, třída, osztály, sınıf, класс, τάξη, クラス, 班级, 班級, 반, الصف',
    'team, teams, équipe, equipo, squadra, equipe',
    'course, kurs, cours, curso, corso, cursus',
    'group name, team name, class name, section name, group1, klasse.name, gruppenname, übungsgruppe, lerngruppe, groupe td, groupe tp, kelas, lớp, sınıfı, şube, 组, 組, ห้อง, กลุ่ม, کلاس, گروه, الشعبة, כיתה',
  ],
  role: [
    'role, roles, role name, role/status, group status, rolle/status, rolle, rollen, rôle, rôles, rol, ruolo, ruoli, papel, papéis, função, roll, roller, rooli, roolit, rola, role uživatele, szerep, szerepek, roluri, uloge, roller, роль, роли, ρόλος, ロール, 角色, 역할, الدور, תפקיד',
  ],
  state: [
    'availability, status, workflow_state, enrollment state, enrollment status, enrolment status, is_active, active, account enabled, enabled, verfügbarkeit, statut, état, estado, stato, situação, tillgänglighet, tila, stan, stav, állapot, stare, durum, статус, состояние, κατάσταση, 状态, 狀態, 상태, الحالة, סטטוס',
  ],
};

/** What a title can mean. */
interface Meaning {
  field: Field;
  rank: number;
}

/** Fields and lines by plain title. */
const known = new Map<string, Meaning[]>();
for (const [field, lines] of Object.entries(titles) as [Field, string[]][])
  for (const [rank, line] of lines.entries())
    for (const title of line.split(', ')) {
      const others = known.get(plainTitle(title)) ?? [];
      if (others.every((other) => other.field !== field)) known.set(plainTitle(title), [...others, { field, rank }]);
    }

/** `[Required]`, `[displayName] Required` or `(must end in @uni.example)` at the end; never `(1234)`, with which Canvas writes assignments. */
const remark = /\s*(?:\[[^[\]]*\]|\((?!\d+\))[^()]*\))(?:[\s*]|required|optional)*$/i;

/** Who a title is about, where all titles are about them: `Student First Name`. */
const owner = /^(?:student|pupil|learner|participant)(?:['’]?s)?[\s_-]+/i;

/** Titles with a remark come after all titles without one. */
const remarkRank = 100;

/** What a title can mean, most likely first. A word that is a first name in one language can be a name in another. */
export function fieldsOf(title: string): Meaning[] {
  const found = known.get(plainTitle(title));
  if (found) return found;
  const short = title.slice(0, 200);
  if (remark.test(short)) return later(fieldsOf(short.replace(remark, '')));
  if (owner.test(short)) return later(fieldsOf(short.replace(owner, '')));
  const [first = '', ...others] = short.split(' / ');
  if (others.length === 0) return [];
  // `Name / Nom` is one title in two languages.
  const meanings = others.map((other) => fieldsOf(other).map(({ field }) => field));
  return later(fieldsOf(first)).filter(({ field }) => meanings.every((fields) => fields.includes(field)));
}

const later = (meanings: readonly Meaning[]): Meaning[] =>
  meanings.map(({ field, rank }) => ({ field, rank: rank + remarkRank }));
