/** A picture from a camera, made as small as a bad line carries it. Nothing but what is seen stays: no place, no camera. */

/** Pixels of the longer side. */
const MOST_SIDE = 1280;
/** Bytes; the gateway takes 600,000. */
const MOST_BYTES = 500_000;
const QUALITIES = [0.85, 0.7, 0.5];

/** The size that a picture is drawn in: never larger than it is. */
export function sizeOf(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** As JPEG, upright. Null: the browser cannot read it as a picture. */
export async function smallPhoto(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (picture === null) return null;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, sizeOf(picture.width, picture.height));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let made: Blob | null = null;
  for (const quality of QUALITIES) {
    made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (made === null || made.size <= MOST_BYTES) break;
  }
  return made;
}
