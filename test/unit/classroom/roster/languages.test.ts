// Participants as Moodle exports them in many languages: each person keeps first name and last name.
import { expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const listOf = (titles: string, ...people: string[]): string =>
  put('list.csv', `${[titles, ...people].join('\r\n')}\r\n`);

test.each([
  ['English', 'First name,Last name,Email address', 'First name', 'Last name'],
  ['English, by hand', 'Name,Surname,Email', 'Name', 'Surname'],
  ['Italian', 'Nome,Cognome,Indirizzo email', 'Nome', 'Cognome'],
  ['Brazilian', 'Nome,Sobrenome,Endereço de email', 'Nome', 'Sobrenome'],
  ['Portuguese', 'Nome,Apelido,Endereço de correio eletrónico', 'Nome', 'Apelido'],
  ['Galician', 'Nome,Apelidos,Enderezo de correo', 'Nome', 'Apelidos'],
  ['Spanish', 'Nombre,Apellido(s),Dirección de correo', 'Nombre', 'Apellido(s)'],
  ['Catalan', 'Nom,Cognoms,Adreça electrònica', 'Nom', 'Cognoms'],
  ['Basque', 'Izena,Deitura,E-posta helbidea', 'Izena', 'Deitura'],
  ['French', 'Prénom,Nom de famille,Adresse de courriel', 'Prénom', 'Nom de famille'],
  ['French, by hand', 'Prénom,Nom,Courriel', 'Prénom', 'Nom'],
  ['German', 'Vorname,Nachname,E-Mail-Adresse', 'Vorname', 'Nachname'],
  ['Dutch', 'Voornaam,Achternaam,E-mailadres', 'Voornaam', 'Achternaam'],
  ['Dutch, by hand', 'Naam,Achternaam,E-mail', 'Naam', 'Achternaam'],
  ['Swedish', 'Förnamn,Efternamn,E-postadress', 'Förnamn', 'Efternamn'],
  ['Norwegian, by hand', 'Navn,Etternavn,E-post', 'Navn', 'Etternavn'],
  ['Finnish, by hand', 'Nimi,Sukunimi,Sähköposti', 'Nimi', 'Sukunimi'],
  ['Polish', 'Imię,Nazwisko,Adres e-mail', 'Imię', 'Nazwisko'],
  ['Czech', 'Křestní jméno,Příjmení,E-mailová adresa', 'Křestní jméno', 'Příjmení'],
  ['Slovenian', 'Ime,Priimek,E-poštni naslov', 'Ime', 'Priimek'],
  ['Croatian', 'Ime,Prezime,E-pošta', 'Ime', 'Prezime'],
  ['Serbian', 'Име,Презиме,Е-пошта', 'Име', 'Презиме'],
  ['Hungarian', 'Keresztnév,Vezetéknév,E-mail cím', 'Keresztnév', 'Vezetéknév'],
  ['Romanian, by hand', 'Prenume,Nume,Adresă de email', 'Prenume', 'Nume'],
  ['Turkish', 'Adı,Soyadı,E-posta adresi', 'Adı', 'Soyadı'],
  ['Indonesian', 'Nama depan,Nama belakang,Alamat email', 'Nama depan', 'Nama belakang'],
  ['Vietnamese', 'Tên,Họ,Địa chỉ email', 'Tên', 'Họ'],
])('a list in %s has whole names', async (_, titles, first, last) => {
  const list = listOf(titles, 'Mario,Rossi,mario.rossi@uni.example', 'Anna,De Luca,anna.deluca@uni.example');
  const { people, columns } = await readRoster(list);
  expect(people.map(({ shown }) => shown)).toEqual(['Mario Rossi', 'Anna De Luca']);
  expect(columns).toContain(`names from \`${first}\` and \`${last}\``);
});

test('a whole name beside the last name stays whole, although one person has another last name', async () => {
  const { people } = await readRoster(
    listOf('Name,Surname,Login', 'Mario Rossi,Rossi,mr', 'Anna De Luca,De Luca,ad', 'Eva Bruni,Bruni-Neri,eb'),
  );
  expect(people.map(({ shown }) => shown)).toEqual(['Mario Rossi', 'Anna De Luca', 'Eva Bruni']);
});
