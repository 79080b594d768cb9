using System.Text.Json;

namespace MuSc.Features.Import.Safetensors;

/// <summary>Reads one tensor's description: <c>{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}</c>.</summary>
internal static class TensorEntryReader
{
    /// <param name="reader">Stands on the tensor's name; ends on the closing brace.</param>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="InvalidDataException">A field is missing, doubled, unknown or of the wrong kind.</exception>
    public static TensorEntry Read(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, name, "its description is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = SafetensorsHeader.Name(ref reader);
            bool twice = field switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
            if (twice)
            {
                throw Wrong(name, $"'{field}' is given twice");
            }

            switch (field)
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String, name, "'dtype' is not text");
                    type = reader.ValueSpan.Length <= 16 ? reader.GetString()! : throw Wrong(name, "'dtype' names no known type");
                    break;
                case "shape":
                    shape = Numbers(ref reader, name, field, SafetensorsLimits.Rank);
                    break;
                case "data_offsets":
                    offsets = Numbers(ref reader, name, field, 2);
                    break;
                default:
                    throw Wrong(name, $"'{field}' is no field of the format");
            }
        }

        if (type is null || shape is null || offsets is null || offsets.Length != 2)
        {
            throw Wrong(name, "it needs 'dtype', 'shape' and two 'data_offsets'");
        }

        TensorEntry entry = new(name, type, shape, offsets[0], offsets[1]);
        return TensorLayout.Bytes(entry) == entry.End - entry.Begin
            ? entry
            : throw Wrong(name, $"{type} {entry.ShapeText} does not fill the bytes {entry.Begin} to {entry.End}");
    }

    private static long[] Numbers(ref Utf8JsonReader reader, string name, string field, int most)
    {
        Expect(ref reader, JsonTokenType.StartArray, name, $"'{field}' is not a list");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Wrong(name, $"'{field}' holds something else than whole numbers from 0");
            }

            if (numbers.Count == most)
            {
                throw Wrong(name, $"'{field}' holds more than {most} numbers");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string name, string otherwise)
    {
        reader.Read();
        if (reader.TokenType != type)
        {
            throw Wrong(name, otherwise);
        }
    }

    private static InvalidDataException Wrong(string name, string what) => new($"tensor '{name}' in the header: {what}");
}
