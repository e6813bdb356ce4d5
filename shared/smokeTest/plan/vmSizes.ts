import type { DiskController, SecurityType } from './imageFeatures.ts';

/** What all sizes of a series have in common, as far as it decides whether an image can boot there. */
export interface VmSizeFamily {
  name: string;
  generations: ('V1' | 'V2')[];
  architecture: 'x64' | 'Arm64';
  securityTypes: SecurityType[];
  /** Undefined where the documentation does not say: Azure then picks. */
  diskControllers?: DiskController[];
  acceleratedNetworking: 'none' | 'supported' | 'required';
  /** Largest memory, in GiB, with which a size can hibernate; 0 for none. */
  hibernatesUpToGib: number;
  premiumStorage: boolean;
  /** Size name with `{n}` for the number of vCPUs → vCPUs → memory in GiB. */
  sizes: Record<string, Record<number, number>>;
}

export interface VmSize {
  name: string;
  family: VmSizeFamily;
  vCpus: number;
  memoryGib: number;
}

const times4 = { 2: 8, 4: 16, 8: 32, 16: 64, 32: 128, 48: 192, 64: 256 };
const times8 = { 2: 16, 4: 32, 8: 64, 16: 128, 20: 160, 32: 256, 48: 384, 64: 512, 96: 672 };

const ordinary = {
  generations: ['V1', 'V2'],
  architecture: 'x64',
  securityTypes: ['TrustedLaunch', 'Standard'],
  diskControllers: ['SCSI'],
  acceleratedNetworking: 'supported',
  hibernatesUpToGib: 0,
  premiumStorage: true,
} satisfies Partial<VmSizeFamily>;

/** Generation 2 only, and remote disks on NVMe only. */
const version6 = { ...ordinary, generations: ['V2'], diskControllers: ['NVMe'] } satisfies Partial<VmSizeFamily>;

const arm64 = {
  ...ordinary,
  generations: ['V2'],
  architecture: 'Arm64',
  securityTypes: ['Standard'],
} satisfies Partial<VmSizeFamily>;

/** A size of these accepts no other security type; NVMe is for Standard and TrustedLaunch. */
const confidential = {
  ...ordinary,
  generations: ['V2'],
  securityTypes: ['ConfidentialVM'],
  acceleratedNetworking: 'none',
} satisfies Partial<VmSizeFamily>;

/**
 * Series by series, in the order in which they are tried when the policy names no sizes. Sources, all in
 * MicrosoftDocs/azure-compute-docs, articles/virtual-machines: sizes, memory, generations, accelerated networking and
 * premium storage from `sizes/<kind>/<series>-series.md` (read 03/2026); trusted launch from `trusted-launch.md` (B, D, E
 * and F families, and of Arm64 the v6 series; not Dv3, Dpsv5, DC); hibernation from `hibernate-resume.md` (up to 64 GiB
 * in D/E v5); disk controllers from `nvme-overview.md` and the notes of the v6 series ("D/Ev5 or Fv2 and older support
 * SCSI", v6 NVMe; nothing is said of Dpsv6) and `enable-nvme-interface.md` (NVMe for Standard and TrustedLaunch only).
 */
export const vmSizeFamilies: VmSizeFamily[] = [
  {
    ...ordinary,
    name: 'Dsv5',
    acceleratedNetworking: 'required',
    hibernatesUpToGib: 64,
    sizes: { 'Standard_D{n}s_v5': { ...times4, 96: 384 } },
  },
  { ...ordinary, name: 'Dasv5', hibernatesUpToGib: 64, sizes: { 'Standard_D{n}as_v5': { ...times4, 96: 384 } } },
  { ...ordinary, name: 'Dsv4', sizes: { 'Standard_D{n}s_v4': times4 } },
  { ...ordinary, name: 'Dsv3', sizes: { 'Standard_D{n}s_v3': times4 } },
  { ...version6, name: 'Dasv6', sizes: { 'Standard_D{n}as_v6': { ...times4, 96: 384 } } },
  { ...version6, name: 'Dsv6', sizes: { 'Standard_D{n}s_v6': { ...times4, 96: 384, 128: 512, 192: 768 } } },
  {
    ...ordinary,
    name: 'Esv5',
    acceleratedNetworking: 'required',
    hibernatesUpToGib: 64,
    sizes: { 'Standard_E{n}s_v5': times8 },
  },
  { ...ordinary, name: 'Easv5', hibernatesUpToGib: 64, sizes: { 'Standard_E{n}as_v5': times8 } },
  {
    ...ordinary,
    name: 'Fsv2',
    sizes: { 'Standard_F{n}s_v2': { 2: 4, 4: 8, 8: 16, 16: 32, 32: 64, 48: 96, 64: 128, 72: 144 } },
  },
  {
    ...ordinary,
    name: 'Bsv2',
    sizes: {
      'Standard_B{n}s_v2': { 2: 8, 4: 16, 8: 32, 16: 64, 32: 128 },
      'Standard_B{n}ls_v2': { 2: 4, 4: 8, 8: 16, 16: 32, 32: 64 },
      'Standard_B{n}ts_v2': { 2: 1 },
    },
  },
  {
    ...ordinary,
    name: 'Basv2',
    sizes: {
      'Standard_B{n}as_v2': { 2: 8, 4: 16, 8: 32, 16: 64, 32: 128 },
      'Standard_B{n}als_v2': { 2: 4, 4: 8, 8: 16, 16: 32, 32: 64 },
      'Standard_B{n}ats_v2': { 2: 1 },
    },
  },
  // From Standard_B12ms on they have accelerated networking, and are not listed here.
  {
    ...ordinary,
    name: 'Bv1',
    acceleratedNetworking: 'none',
    sizes: { 'Standard_B{n}ms': { 1: 2, 2: 8, 4: 16, 8: 32 }, 'Standard_B{n}s': { 1: 1, 2: 4 } },
  },
  {
    ...ordinary,
    name: 'Dv3',
    generations: ['V1'],
    securityTypes: ['Standard'],
    premiumStorage: false,
    sizes: { 'Standard_D{n}_v3': times4 },
  },
  {
    ...arm64,
    name: 'Dpsv5',
    sizes: { 'Standard_D{n}ps_v5': { 2: 8, 4: 16, 8: 32, 16: 64, 32: 128, 48: 192, 64: 208 } },
  },
  {
    name: 'Dpsv6',
    generations: ['V2'],
    architecture: 'Arm64',
    securityTypes: ['TrustedLaunch', 'Standard'],
    acceleratedNetworking: 'required',
    hibernatesUpToGib: 0,
    premiumStorage: true,
    sizes: { 'Standard_D{n}ps_v6': { ...times4, 96: 384 } },
  },
  {
    ...arm64,
    name: 'Bpsv2',
    sizes: {
      'Standard_B{n}ps_v2': { 2: 8, 4: 16, 8: 32, 16: 64 },
      'Standard_B{n}pls_v2': { 2: 4, 4: 8, 8: 16, 16: 32 },
      'Standard_B{n}pts_v2': { 2: 1 },
    },
  },
  { ...confidential, name: 'DCasv5', sizes: { 'Standard_DC{n}as_v5': { ...times4, 96: 384 } } },
  { ...confidential, name: 'DCasv6', sizes: { 'Standard_DC{n}as_v6': { ...times4, 96: 384 } } },
  { ...confidential, name: 'DCesv6', sizes: { 'Standard_DC{n}es_v6': { ...times4, 96: 384, 128: 512 } } },
];

/** Smallest first. */
export function sizesOf(family: VmSizeFamily): VmSize[] {
  return Object.entries(family.sizes)
    .flatMap(([name, sizes]) =>
      Object.entries(sizes).map(([vCpus, memoryGib]) => ({
        name: name.replace('{n}', vCpus),
        family,
        vCpus: Number(vCpus),
        memoryGib,
      })),
    )
    .toSorted((a, b) => a.vCpus - b.vCpus || b.memoryGib - a.memoryGib);
}

const byName = new Map(vmSizeFamilies.flatMap(sizesOf).map((size) => [size.name.toLowerCase(), size]));

/** Undefined for a size that this table does not know. */
export function findVmSize(name: string): VmSize | undefined {
  return byName.get(name.toLowerCase());
}
