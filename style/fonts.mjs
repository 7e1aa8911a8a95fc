// Makes the two fonts of the site from those of npm, when the site is built (.ci/site.sh): `node style/fonts.mjs FOLDER`.
// Keeps only the characters that an English dashboard writes and the weights that the styles use (fonts.css). Other characters,
// such as those of a name in a log line, are shown in the system's fonts.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// All npm packages of this project are installed in end2end.
const packages = join(import.meta.dirname, '../end2end');
const subset = createRequire(join(packages, 'package.json'))('subset-font');

const folder = process.argv[2];
if (!folder) throw new Error('expected the folder for the fonts as the only argument');
const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
const text = `${ascii}\u00a0·×µ–—−…‘’“”`;
// Features bring glyphs of their own: each that is kept costs kilobytes on the first visit.
const FONTS = {
  // Keeps its digits of equal width and its kerning.
  'inter.woff2': ['@fontsource-variable/inter/files/inter-latin-wght-normal.woff2', { variationAxes: { wght: { min: 400, max: 650, default: 400 } }, keepFeatures: ['tnum', 'kern'] }],
  // Without ligatures: a log line is shown character by character.
  'mono.woff2': ['@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2', { keepFeatures: [] }],
};

// The licence requires that copyright, licence and its address stay in the file.
const NOTICES = [0, 13, 14];

await mkdir(folder, { recursive: true });
for (const [name, [source, options]] of Object.entries(FONTS)) {
  const whole = await readFile(join(packages, 'node_modules', source));
  await writeFile(join(folder, name), await subset(whole, text, { targetFormat: 'woff2', preserveNameIds: NOTICES, ...options }));
}
