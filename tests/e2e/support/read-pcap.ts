/** A packet of TCP over IPv4, as a pcap's record has it. */
export interface CapturedPacket {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flags: number;
}

const headerBytes = 24;
const recordHeaderBytes = 16;
const ethernetBytes = 14;
const magic = 0xa1b2c3d4;
const ethernet = 1;

const addressAt = (bytes: Buffer, at: number): string => [...bytes.subarray(at, at + 4)].join(".");

const packetOf = (frame: Buffer): CapturedPacket => {
  const header = frame.subarray(ethernetBytes);
  if (frame.readUInt16BE(12) !== 0x0800) throw new Error("not IPv4");
  if (header[9] !== 6) throw new Error("not TCP");
  const inside = header.subarray(((header[0] ?? 0) % 16) * 4);
  return {
    source: addressAt(header, 12),
    destination: addressAt(header, 16),
    sourcePort: inside.readUInt16BE(0),
    destinationPort: inside.readUInt16BE(2),
    flags: (inside[13] ?? 0) % 64,
  };
};

/** Reads a pcap of Ethernet frames; throws where it is cut off or holds other packets. */
export const readPcap = (bytes: Buffer): readonly CapturedPacket[] => {
  if (bytes.readUInt32LE(0) !== magic || bytes.readUInt32LE(20) !== ethernet) throw new Error("not such a pcap");
  const packets: CapturedPacket[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    const size = bytes.readUInt32LE(at + 8);
    const frame = bytes.subarray(at + recordHeaderBytes, at + recordHeaderBytes + size);
    if (frame.length !== size) throw new Error("cut off");
    packets.push(packetOf(frame));
    at += recordHeaderBytes + size;
  }
  return packets;
};
