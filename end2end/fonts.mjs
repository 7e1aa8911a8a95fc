// Makes the two fonts that ship with the site out of those that npm has: only the characters that an English dashboard writes, only the
// weights that its styles use. What is not in them, such as a name in a log line, the system's own fonts show.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import subset from 'subset-font';

const folder = process.argv[2];
if (!folder) throw new Error('expected the folder to put the fonts into');
const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
const text = `${ascii}\u00a0·×µ–—−…‘’“”`;
const FONTS = {
  // With its figures of equal width, which are a feature of the font.
  'inter.woff2': ['@fontsource-variable/inter/files/inter-latin-wght-normal.woff2', { variationAxes: { wght: { min: 400, max: 650, default: 400 } } }],
  // Without its ligatures: a log says exactly what it says.
  'mono.woff2': ['@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2', { noLayoutClosure: true }],
};

// Their copyright, their licence and its address stay in them, as the licence asks.
const NOTICES = [0, 13, 14];

await mkdir(folder, { recursive: true });
for (const [name, [source, options]] of Object.entries(FONTS)) {
  const whole = await readFile(join(import.meta.dirname, 'node_modules', source));
  await writeFile(join(folder, name), await subset(whole, text, { targetFormat: 'woff2', preserveNameIds: NOTICES, ...options }));
}
