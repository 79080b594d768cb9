using System.Text;
using MuSc.Features.Import;
using MuSc.Features.Import.Checkpoints;

namespace MuSc.Features.Tests.Import;

/// <summary>The rules of the safetensors format, one by one.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private const long MostAllocated = 64L << 20;
    private readonly TempFolder _folder = new();

    [Fact]
    public void Tensors_are_found_in_place()
    {
        string path = new SafetensorsBuilder().Add("a", [1, 2], 2).Add("empty", [], 0, 3).Add("b", [3], []).Save(_folder.At("good.safetensors"));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(["a", "b", "empty"], file.Tensors.Keys.Order());
        Assert.Equal("[0, 3]", file.Tensors["empty"].ShapeText);
        using MappedBytes last = file.Map(file.Tensors["b"], 0, 4);
        Assert.Equal(BitConverter.GetBytes(3f), last.Span.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Map(file.Tensors["b"], 1, 4));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   """, 4, null)]
    [InlineData("""{"__metadata__":{"x":"y"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, null)]
    [InlineData("""{}""", 1, "something was added")]
    [InlineData("""[]""", 0, "does not begin with '{'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}x""", 4, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "__metadata__ twice")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "map from text to text")]
    [InlineData("""{"__metadata__":[]}""", 0, "map from text to text")]
    [InlineData("""{"a":[]}""", 0, "'a' in the header: it is not described as")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "Duplicate property 'dtype'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "'more' could not be mapped")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "missing")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "'F31' is unknown")]
    [InlineData("""{"a":{"dtype":1,"shape":[1],"data_offsets":[0,4]}}""", 4, "$.dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "$.shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "all from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "$.shape[0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "$.shape[0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "up to 8 sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}""", 4, "null")]
    [InlineData("""{"a":null}""", 0, "it needs a 'shape'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,,"data_offsets":[0,4]}}""", 4, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "does not fill")]
    [InlineData("""{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}""", 1, "ends within a byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "two 'data_offsets'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "leaves a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "cut off")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "something was added")]
    public void The_formats_rules_are_kept(string header, int dataBytes, string? error) =>
        Check(SafetensorsBuilder.Join(Encoding.UTF8.GetBytes(header), new byte[dataBytes]), error);

    [Theory]
    [InlineData(100_000_001, "the format allows")]
    [InlineData(-1, "the format allows")]
    [InlineData(long.MinValue, "the format allows")]
    [InlineData(1000, "the file was cut off")]
    public void The_headers_length_is_checked(long length, string error) => Check([.. BitConverter.GetBytes(length), .. "{}"u8], error);

    [Fact]
    public void An_empty_file_is_refused() => Check([], "only 0 bytes");

    [Fact]
    public void A_missing_file_is_reported() =>
        Assert.Contains("nothing.safetensors", Assert.Throws<ImportException>(() => SafetensorsFile.Open(_folder.At("nothing.safetensors"))).Message);

    [Fact]
    public void Invalid_text_is_refused() =>
        Check(SafetensorsBuilder.Join([.. "{\"a"u8, 0xFF, 0xFE, .. "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8], []), "UTF-8");

    [Fact]
    public void A_header_of_many_tensors_is_refused_before_it_fills_memory()
    {
        StringBuilder header = new("{");
        for (int i = 0; i < 1_000_000; i++)
        {
            header.Append(i == 0 ? "" : ",").Append('"').Append(i).Append("\":{\"dtype\":\"F32\",\"shape\":[0,1],\"data_offsets\":[0,0]}");
        }

        Check(SafetensorsBuilder.Join(Encoding.UTF8.GetBytes(header.Append('}').ToString()), []), "more than 32768 tensors");
    }

    [Fact]
    public void The_longest_accepted_header_stays_in_its_memory()
    {
        string name = new('n', 250);
        StringBuilder header = new("{");
        for (int i = 0; i < 32_768; i++)
        {
            header.Append(i == 0 ? "" : ",").Append('"').Append(name).Append(i).Append("\":{\"dtype\":\"F32\",\"shape\":[0,1,1,1,1,1,1,1],\"data_offsets\":[0,0]}");
        }

        Check(SafetensorsBuilder.Join(Encoding.UTF8.GetBytes(header.Append('}').ToString()), []), null);
        Check(SafetensorsBuilder.Join(Encoding.UTF8.GetBytes($"{{\"{new string('n', 257)}\":{{}}}}"), []), "a name of 257 bytes");
    }

    [Fact]
    public void A_long_description_is_refused_before_it_is_read() => Check(
        SafetensorsBuilder.Join(Encoding.UTF8.GetBytes($$$"""{"a":{"dtype":"F32","shape":[{{{string.Join(',', new int[2000])}}}],"data_offsets":[0,0]}}"""), []), "more than 1024 bytes");

    [Fact]
    public void A_deep_header_is_refused() =>
        Check(SafetensorsBuilder.Join(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 100_000)), []), "not valid JSON");

    public void Dispose() => _folder.Dispose();

    private void Check(byte[] bytes, string? error)
    {
        string path = _folder.At("checkpoint.safetensors");
        File.WriteAllBytes(path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        if (error is null)
        {
            SafetensorsFile.Open(path).Dispose();
        }
        else
        {
            string message = Assert.Throws<ImportException>(() => SafetensorsFile.Open(path)).Message;
            Assert.Contains(error, message);
            Assert.Contains(path, message);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
    }
}
