using Google.Protobuf;
using MuSc.Features.Backbones;
using MuSc.Features.Import.Onnx.Messages;

namespace MuSc.Features.Tests.Backbones;

/// <summary>A model takes weights only from beside itself, wherever in it a tensor stands.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ExternalDataTests()
    {
        _folder.Touch("models", "weights.data");
        _folder.Touch("models", "more", "weights.data");
        _folder.Touch("secret");
        File.CreateSymbolicLink(_folder.At("models", "link"), _folder.At("secret"));
        Directory.CreateSymbolicLink(_folder.At("models", "folder"), _folder.Folder);
        File.CreateSymbolicLink(_folder.At("models", "other name"), "weights.data");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("weights.data")]
    [InlineData("more/weights.data")]
    [InlineData("other name")]
    public void FileBesideTheModel_IsFound(string name) =>
        Assert.Equal([_folder.At("models", name)], ExternalData.FilesOf(Model(Field(7, Initializer(Outside(name))))));

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret")]
    [InlineData("more/../../secret")]
    [InlineData("link")]
    [InlineData("folder/secret")]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("*/_ORT_MEM_ADDR_/*")]
    [InlineData("absent.data")]
    public void FileElsewhere_IsRefusedBeforeTheRuntimeOpensIt(string name)
    {
        string model = Model(Field(7, Initializer(Outside(name))));
        BackboneException refusal = Assert.Throws<BackboneException>(() => Backbone.Open(model));
        Assert.StartsWith($"{model} takes weights from ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("put ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void TensorDeepInTheModel_IsFoundToo()
    {
        byte[] tensor = Outside("../secret");
        byte[] attribute = Field(5, tensor);
        byte[] graph = Initializer(tensor);
        byte[][] models =
        [
            graph,
            Field(1, Field(5, attribute)),
            Field(1, Field(5, Field(6, graph))),
            Field(1, Field(5, Field(11, Field(1, Field(5, Field(10, tensor)))))),
            Field(1, Field(5, Field(22, Field(1, tensor)))),
            Field(1, Field(5, Field(23, Field(2, tensor)))),
            Field(15, Field(2, tensor)),
        ];
        Assert.All(models, model => Refused(Field(7, model)));
        Refused([.. Field(7, []), .. Field(7, graph)]);
        Refused(Field(20, Field(2, graph)));
        Refused(Field(25, Field(7, Field(5, attribute))));
        Refused(Field(25, Field(11, attribute)));

        void Refused(byte[] model) => Assert.Contains("takes weights from '../secret'", Assert.Throws<BackboneException>(() => ExternalData.FilesOf(Model(model))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedModel_IsRefused()
    {
        byte[] whole = Field(7, Initializer(Outside("weights.data")));
        Assert.All(Enumerable.Range(1, whole.Length - 1), length => Refused(whole[..length]));
        Refused([0x0b]);
        Refused([.. Enumerable.Repeat((byte)0xff, 20)]);
        byte[] deep = [];
        for (int i = 0; i < 200; i++)
        {
            deep = Field(1, Field(5, Field(6, deep)));
        }

        Refused(Field(7, deep));

        void Refused(byte[] model) => Assert.Contains("is no ONNX model that can be read", Assert.Throws<BackboneException>(() => ExternalData.FilesOf(Model(model))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checksum_CoversEveryFileOfWeights()
    {
        string model = new TinyBackbone().Write(_folder.At("models"));
        File.AppendAllBytes(model, Field(7, Initializer(Outside("weights.data"))));
        string first = Backbone.Open(model).Sha256;
        File.WriteAllBytes(_folder.At("models", "weights.data"), [2, 0, 0, 0]);
        Assert.NotEqual(first, Backbone.Open(model).Sha256);
    }

    private static byte[] Outside(string name)
    {
        Tensor tensor = new() { Name = "w", DataType = ElementType.Float, DataLocation = DataLocation.External, Dims = { 1 } };
        tensor.ExternalData.Add(new StringPair { Key = "offset", Value = "0" });
        tensor.ExternalData.Add(new StringPair { Key = "location", Value = name });
        return tensor.ToByteArray();
    }

    private static byte[] Initializer(byte[] tensor) => Field(5, tensor);

    private static byte[] Field(int number, byte[] message)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(message));
        }

        return stream.ToArray();
    }

    private string Model(byte[] bytes)
    {
        string path = _folder.At("models", "model.onnx");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
