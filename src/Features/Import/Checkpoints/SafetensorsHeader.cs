using System.Numerics;
using System.Text;
using System.Text.Json;

namespace MuSc.Features.Import.Checkpoints;

/// <summary>Reads and checks the JSON header of a safetensors file. It is read in place; only names and numbers are copied.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own limit of a header's length.</summary>
    public const long MostBytes = 100_000_000;

    // These keep what is allocated for a header below 64 MB, far above any real checkpoint (a ViT-L has about 300 tensors, a CLIP with its
    // text half 600).
    private const int MostTensors = 32_768;
    private const int LongestName = 256;
    private const int LongestDescription = 1024;
    private const int HighestRank = 8;

    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private const string Metadata = "__metadata__";

    /// <summary>The tensors of a header, by name.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataBytes">Bytes of the file after the header.</param>
    /// <exception cref="InvalidDataException">The header breaks a rule of the format; the message says which and where.</exception>
    public static IReadOnlyDictionary<string, TensorEntry> Read(ReadOnlySpan<byte> json, long dataBytes)
    {
        if (json[0] != (byte)'{')
        {
            throw new InvalidDataException("the header does not begin with '{', so this is not a safetensors file");
        }

        Dictionary<string, TensorEntry> tensors = new(StringComparer.Ordinal);
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 4 });
            reader.Read();
            bool metadata = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = Name(ref reader);
                if (name == Metadata)
                {
                    if (metadata)
                    {
                        throw new InvalidDataException($"the header names {Metadata} twice");
                    }

                    metadata = true;
                    SkipMetadata(ref reader);
                }
                else if (tensors.Count == MostTensors)
                {
                    throw new InvalidDataException($"the header names more than {MostTensors} tensors");
                }
                else if (!tensors.TryAdd(name, ReadTensor(ref reader, name)))
                {
                    throw new InvalidDataException($"the header names the tensor '{name}' twice");
                }
            }

            // Only blanks may follow the closing brace; the reader refuses anything else.
            reader.Read();
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"the header is not valid JSON (byte {error.BytePositionInLine} of line {error.LineNumber + 1})", error);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException("the header holds text that is not valid UTF-8", error);
        }

        TensorLayout.Check(tensors.Values, dataBytes);
        return tensors;
    }

    /// <summary>The property name under the reader.</summary>
    private static string Name(ref Utf8JsonReader reader) => reader.ValueSpan.Length <= LongestName
        ? reader.GetString()!
        : throw new InvalidDataException(
            $"the header has a name of {reader.ValueSpan.Length} bytes ('{Encoding.UTF8.GetString(reader.ValueSpan[..40])}...'); at most {LongestName} are accepted");

    private static void SkipMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        bool map = reader.TokenType == JsonTokenType.StartObject;
        while (map && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            map = reader.TokenType == JsonTokenType.String;
        }

        if (!map)
        {
            throw new InvalidDataException($"{Metadata} in the header is not a map from text to text");
        }
    }

    /// <summary>Reads a tensor's description; the reader stands on the name, and afterwards on the closing brace.</summary>
    /// <exception cref="InvalidDataException">A field is missing, doubled, unknown or of the wrong kind.</exception>
    private static TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        Utf8JsonReader end = reader;
        end.Skip();
        if (end.BytesConsumed - reader.TokenStartIndex > LongestDescription)
        {
            throw Wrong(name, $"its description has more than {LongestDescription} bytes");
        }

        Description? described;
        try
        {
            described = JsonSerializer.Deserialize<Description>(ref reader, s_strict);
        }
        catch (JsonException error)
        {
            throw Wrong(name, $$"""it is not described as {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]} ({{error.Message}})""", error);
        }

        if (described is not { Shape.Length: <= HighestRank, DataOffsets: [>= 0, >= 0] } || Array.Exists(described.Shape, size => size < 0))
        {
            throw Wrong(name, $"it needs a 'shape' of up to {HighestRank} sizes and two 'data_offsets', all from 0");
        }

        TensorEntry entry = new(name, described.Dtype, described.Shape, described.DataOffsets[0], described.DataOffsets[1]);
        return TensorLayout.Bytes(entry) == entry.End - entry.Begin
            ? entry
            : throw Wrong(name, $"{entry.Type} {entry.ShapeText} does not fill the bytes {entry.Begin} to {entry.End}");
    }

    private static InvalidDataException Wrong(string name, string what, Exception? inner = null) => new($"tensor '{name}' in the header: {what}", inner);

    private sealed record Description(string Dtype, long[] Shape, long[] DataOffsets);
}

/// <summary>The format's rules on where tensors lie: they tile the data exactly, without holes and overlaps.</summary>
internal static class TensorLayout
{
    /// <summary>Bytes that a tensor's type and shape ask for.</summary>
    /// <exception cref="InvalidDataException">The type is unknown, or there is no whole number of bytes.</exception>
    public static BigInteger Bytes(TensorEntry entry)
    {
        int bits = TensorType.Bits(entry.Type);
        if (bits == 0)
        {
            throw new InvalidDataException($"tensor '{entry.Name}' in the header: its type '{entry.Type}' is unknown");
        }

        BigInteger total = entry.Shape.Aggregate((BigInteger)bits, (product, size) => product * size);
        return total % 8 == 0 ? total / 8 : throw new InvalidDataException($"tensor '{entry.Name}' in the header: {entry.Type} {entry.ShapeText} ends within a byte");
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
