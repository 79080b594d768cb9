using System.Text;
using System.Text.Json;

namespace MuSc.Features.Import.Safetensors;

/// <summary>Reads and checks the JSON header of a safetensors file. It is read in place; only names and numbers are copied.</summary>
internal static class SafetensorsHeader
{
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
                else if (tensors.Count == SafetensorsLimits.Tensors)
                {
                    throw new InvalidDataException($"the header names more than {SafetensorsLimits.Tensors} tensors");
                }
                else if (!tensors.TryAdd(name, TensorEntryReader.Read(ref reader, name)))
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
    public static string Name(ref Utf8JsonReader reader) => reader.ValueSpan.Length <= SafetensorsLimits.NameBytes
        ? reader.GetString()!
        : throw new InvalidDataException(
            $"the header has a name of {reader.ValueSpan.Length} bytes ('{Encoding.UTF8.GetString(reader.ValueSpan[..40])}...'); at most {SafetensorsLimits.NameBytes} are accepted");

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
}
