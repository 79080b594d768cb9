namespace MuSc.Features.Import.Safetensors;

/// <summary>The format's rules on where tensors lie: they tile the data exactly, without holes and overlaps.</summary>
internal static class TensorLayout
{
    /// <summary>Bytes that a tensor's type and shape ask for.</summary>
    /// <exception cref="InvalidDataException">The type is unknown or the number of bytes is beyond any file.</exception>
    public static long Bytes(TensorEntry entry)
    {
        int bits = TensorType.Bits(entry.Type);
        if (bits == 0)
        {
            throw new InvalidDataException($"tensor '{entry.Name}' in the header: its type '{entry.Type}' is unknown");
        }

        try
        {
            long total = bits;
            foreach (long size in entry.Shape)
            {
                total = checked(total * size);
            }

            return total % 8 == 0 ? total / 8 : throw new InvalidDataException($"tensor '{entry.Name}' in the header: {entry.Type} {entry.ShapeText} ends within a byte");
        }
        catch (OverflowException error)
        {
            throw new InvalidDataException($"tensor '{entry.Name}' in the header: {entry.ShapeText} is larger than any file", error);
        }
    }

    /// <summary>Checks that the tensors fill the data.</summary>
    /// <exception cref="InvalidDataException">There is a hole, an overlap, or the data is too short or too long.</exception>
    public static void Check(IEnumerable<TensorEntry> tensors, long dataBytes)
    {
        long end = 0;
        foreach (TensorEntry entry in tensors.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end)
            {
                string what = entry.Begin > end ? "leaves a hole after" : "overlaps";
                throw new InvalidDataException($"tensor '{entry.Name}' begins at byte {entry.Begin} and {what} the tensor before it, which ends at {end}");
            }

            end = entry.End;
        }

        if (end != dataBytes)
        {
            string hint = end > dataBytes ? "it was cut off (an unfinished download?)" : "something was added to it";
            throw new InvalidDataException($"the tensors take {end} bytes but {dataBytes} follow the header: {hint}");
        }
    }
}
