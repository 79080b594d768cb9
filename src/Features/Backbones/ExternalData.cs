using System.Text;
using Google.Protobuf;

namespace MuSc.Features.Backbones;

/// <summary>
/// The files besides a model's own that hold its weights: what its tensors name as external data. A model is a file from somebody else;
/// those it names are opened by the runtime, so that they are looked at first.
/// </summary>
/// <remarks>
/// Field numbers are those of ONNX (onnx.proto). Only the messages on the way to a tensor are entered, everything else is stepped over, so
/// that weights are not read.
/// </remarks>
internal sealed class ExternalData
{
    // What protobuf's own readers allow; subgraphs in subgraphs go no deeper.
    private const int MostDepth = 100;
    private const int LongestName = 4096;

    private static readonly Dictionary<(Message, int Field), Message> s_messages = new()
    {
        [(Message.Model, 7)] = Message.Graph,
        [(Message.Model, 20)] = Message.Training,
        [(Message.Model, 25)] = Message.Function,
        [(Message.Training, 1)] = Message.Graph,
        [(Message.Training, 2)] = Message.Graph,
        [(Message.Function, 7)] = Message.Node,
        [(Message.Function, 11)] = Message.Attribute,
        [(Message.Graph, 1)] = Message.Node,
        [(Message.Graph, 5)] = Message.Tensor,
        [(Message.Graph, 15)] = Message.SparseTensor,
        [(Message.Node, 5)] = Message.Attribute,
        [(Message.Attribute, 5)] = Message.Tensor,
        [(Message.Attribute, 6)] = Message.Graph,
        [(Message.Attribute, 10)] = Message.Tensor,
        [(Message.Attribute, 11)] = Message.Graph,
        [(Message.Attribute, 22)] = Message.SparseTensor,
        [(Message.Attribute, 23)] = Message.SparseTensor,
        [(Message.SparseTensor, 1)] = Message.Tensor,
        [(Message.SparseTensor, 2)] = Message.Tensor,
        [(Message.Tensor, 13)] = Message.Entry,
    };

    private readonly Stream _stream;
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    private ExternalData(Stream stream) => _stream = stream;

    private enum Message
    {
        Model,
        Training,
        Function,
        Graph,
        Node,
        Attribute,
        SparseTensor,
        Tensor,
        Entry,
    }

    /// <summary>The files that hold weights of a model, in the order of their names; none where it holds them itself.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <exception cref="BackboneException">It is no ONNX file, or names a file that does not lie beside it or below its folder.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<string> FilesOf(string model)
    {
        using FileStream stream = File.OpenRead(model);
        ExternalData data = new(stream);
        try
        {
            data.Read(Message.Model, stream.Length, 0);
        }
        catch (InvalidDataException error)
        {
            throw new BackboneException($"{model} is no ONNX model that can be read ({error.Message}).", error);
        }

        return [.. data._names.Select(name => Beside(model, name))];
    }

    private static string Beside(string model, string name)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        string path = PathRules.StaysBelow(name) ? Path.Combine(folder, name) : string.Empty;
        if (path.Length == 0 || !RealPath.IsBelow(path, [folder]))
        {
            throw new BackboneException(
                $"{model} takes weights from '{Shown(name)}', which lies elsewhere. Weights are read only from beside a model: put that file into {folder} and have the model name it without a folder, or do not use a model whose origin you do not know.");
        }

        return File.Exists(path)
            ? path
            : throw new BackboneException($"{model} takes weights from {path}, which is absent: put it there, it belongs to the model.");
    }

    private static string Shown(string name) => string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter));

    // One message, up to where it ends.
    private void Read(Message message, long end, int depth)
    {
        if (depth > MostDepth)
        {
            throw new InvalidDataException($"messages within messages, more than {MostDepth}");
        }

        (string Key, string Value) entry = (string.Empty, string.Empty);
        while (_stream.Position < end)
        {
            ulong tag = Number(end);
            int field = (int)Math.Min(tag >> 3, int.MaxValue);
            switch ((WireFormat.WireType)(tag & 7))
            {
                case WireFormat.WireType.Varint:
                    Number(end);
                    break;
                case WireFormat.WireType.Fixed64:
                    Skip(sizeof(ulong), end);
                    break;
                case WireFormat.WireType.Fixed32:
                    Skip(sizeof(uint), end);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    ulong length = Number(end);
                    if (length > (ulong)(end - _stream.Position))
                    {
                        throw new InvalidDataException("it is cut off");
                    }

                    if (message == Message.Entry && field is 1 or 2)
                    {
                        string text = Text((int)Math.Min(length, int.MaxValue));
                        entry = field == 1 ? (text, entry.Value) : (entry.Key, text);
                    }
                    else if (s_messages.TryGetValue((message, field), out Message inner))
                    {
                        Read(inner, _stream.Position + (long)length, depth + 1);
                    }
                    else
                    {
                        Skip((long)length, end);
                    }

                    break;
                default:
                    throw new InvalidDataException($"a field of kind {tag & 7}, which ONNX does not have");
            }
        }

        if (entry.Key == "location")
        {
            _names.Add(entry.Value);
        }
    }

    private ulong Number(long end)
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = _stream.Position < end ? _stream.ReadByte() : -1;
            if (next < 0)
            {
                throw new InvalidDataException("it is cut off");
            }

            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw new InvalidDataException("a number of more than 64 bits");
    }

    private string Text(int length)
    {
        if (length > LongestName)
        {
            throw new InvalidDataException($"a name of {length} bytes");
        }

        byte[] bytes = new byte[length];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private void Skip(long bytes, long end)
    {
        if (bytes > end - _stream.Position)
        {
            throw new InvalidDataException("it is cut off");
        }

        _stream.Position += bytes;
    }
}
